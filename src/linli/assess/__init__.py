"""评估 Assess: what each community has, against a dated, cited standard.

The way through: `city` (the survey as arrays) → `walks` (on the streets) → `coverage` and `supply` (who reaches what,
how much there is) → `standards` and `evaluate` (each requirement, by its measure: `reach`, `amount`, `ratio`,
`answer`) → `items` → `score`, `scenes`, `old_young`, `priority`, `profile` → `record`; `explain` goes back from any
number to its rows.
"""

from linli.assess.assess import assess
from linli.assess.explain import Explanation, explain
from linli.assess.options import AssessOptions
from linli.assess.record import TABLES, Assessment, Meta, community, load_assessment, save_assessment

__all__ = [
    "TABLES",
    "AssessOptions",
    "Assessment",
    "Explanation",
    "Meta",
    "assess",
    "community",
    "explain",
    "load_assessment",
    "save_assessment",
]
