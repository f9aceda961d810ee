"""提升 improve: what to build, convert and re-allocate, where, in which order and with which money.

The way through: `choices` (what the city decides) → `need` (who is without) → `sites` (where something could be put) →
`options` (every lawful and useful pair) → `question` (what binds) → `siting` (the solver) → `plan` and `outcome` (what
was chosen, counted anew) → `explore` (frontier, build order, what-if) → `programme` (which year, whose money).
Around it `propose` puts together what goes before a district (`proposal`): `grants` (the subsidy laid on the projects)
and `co_funding`, `budgets`, `alternatives`, `running` (operation).

Nothing is imported here: the solver's own process starts from this package and must start fast.
"""

__all__: list[str] = []
