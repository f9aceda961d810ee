"""The subsidy rule: who may have it, how much, and why, in words.

    subsidy = ratio × min(input cost, cap × area),

which is ratio × min(average cost, cap) × area without dividing: every figure stays exact until the amount is rounded to
the fen, once, half up (四舍五入到分). The ordinary old-estate subsidy is a line of its own and is kept.

Figures come from the catalogue's family ``subsidy``: conditions, cap and stacking were published, the ratio was not (a
pack fills it; unset, it raises). What else nobody published (which area, which input, a cap per project, the stages) is
not needed for the amount and is named in the notes. Before the rule's first day every look-up raises.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from linli.errors import InputError, Problem, UnsetValueError
from linli.improve.subsidy.ratio import find_ratio, holds
from linli.improve.subsidy.record import Note, Origin, Payment, Project, Step, Subsidy
from linli.improve.subsidy.stages import pay_in_stages
from linli.improve.subsidy.words import SENTENCES, tell
from linli.operate.money import exact_product, to_decimal, to_fen, write_number, write_yuan
from linli.rules import Catalogue, Value, weakest

__all__ = ["compute_subsidies", "compute_subsidy", "explain_subsidy"]

_ZERO = Decimal("0.00")
_HUNDRED = Decimal(100)
_SHOWN = Decimal("0.0001")

_CONDITIONS = {"old_estate": "old_estate", "creation_list": "on_creation_list"}
"""Value of ``subsidy/eligibility`` and the field of a project that it asks about."""

_TITLES = {
    "old_estate": ("是否在老旧小区改造名单", "whether the estate is on the old-estate list"),
    "on_creation_list": ("是否在未来社区创建名单", "whether the project is on the creation list"),
    "area_m2": ("面积", "the area"),
    "input_cost_yuan": ("未来社区创建投入（总额或每平方米）", "the future-community input (in all, or per m²)"),
    "ordinary_subsidy_yuan": ("原有老旧小区改造补助", "the ordinary old-estate subsidy"),
}
_NUMBERS = ("area_m2", "input_cost_yuan", "average_cost_yuan_m2", "ordinary_subsidy_yuan")


@dataclass(frozen=True)
class _Case:
    """A project on a date, with the rules that every step asks."""

    project: Project
    catalogue: Catalogue
    on: dt.date

    def value(self, rule: str, name: str) -> Value:
        return self.catalogue.value(f"subsidy/{rule}", name, on=self.on)

    def known(self, rule: str, name: str) -> Value | None:
        """Return the value, or ``None`` if it is unset, has ended or has not begun."""
        value = holds(self.catalogue.rule(f"subsidy/{rule}"), name, self.on)
        return value if value is not None and value.certainty != "unset" else None

    def is_unset(self, rule: str, name: str) -> bool:
        value = holds(self.catalogue.rule(f"subsidy/{rule}"), name, self.on)
        return value is not None and value.certainty == "unset"


def _problem(project: Project, column: str, code: str, words: tuple[str, str], value: object = None) -> Problem:
    return Problem(
        code=f"subsidy.{code}",
        severity="error",
        message={
            "zh": f"项目 {project.project_id}：{words[0]}",
            "en": f"project {project.project_id}: {words[1]}",
        },
        fix={"zh": "请补填或改正；金额不作猜测。", "en": "Fill it in or correct it; amounts are never guessed."},
        layer="projects",
        column=column,
        value=None if value is None else str(value),
        allowed="≥ 0" if column in _NUMBERS else None,
    )


def _missing(project: Project, column: str) -> Problem:
    zh, en = _TITLES[column]
    return _problem(project, column, "missing", (f"缺少{zh}", f"{en} is missing"))


def _check_numbers(project: Project) -> list[Problem]:
    found = []
    for name in _NUMBERS:
        number = getattr(project, name)
        if number is None:
            continue
        if not isinstance(number, Decimal):
            words = (f"{name} 须为 Decimal", f"{name} must be a Decimal")
            found.append(_problem(project, name, "number", words, number))
        elif not number.is_finite() or number < 0:
            words = (f"{name} 不合用", f"{name} will not do")
            found.append(_problem(project, name, "number", words, number))
    if project.input_cost_yuan is not None and project.average_cost_yuan_m2 is not None:
        words = ("总投入与每平方米投入只填一个", "give the input in all or per m², not both")
        found.append(_problem(project, "input_cost_yuan", "two_costs", words))
    return found


def _asked(case: _Case) -> dict[str, Value]:
    """Return the conditions that a project must meet, by its field."""
    values = {field: case.value("eligibility", name) for name, field in _CONDITIONS.items()}
    return {field: value for field, value in values.items() if value.value}


def _check(case: _Case, asked: Iterable[str]) -> None:
    project = case.project
    answers = {field: getattr(project, field) for field in asked}
    found = _check_numbers(project)
    if all(answer is not False for answer in answers.values()):  # one «no» settles it
        found += [_missing(project, field) for field, answer in answers.items() if answer is None]
        if project.area_m2 is None:
            found.append(_missing(project, "area_m2"))
        if project.input_cost_yuan is None and project.average_cost_yuan_m2 is None:
            found.append(_missing(project, "input_cost_yuan"))
    if found:
        raise InputError(found)


def _origin(values: Iterable[Value]) -> Origin:
    certainties = [value.certainty for value in values]
    if not certainties:
        return "given"
    return "published" if weakest(certainties) == "published" else "recalled"


def _step(code: str, amount: Decimal | None, unit: str, words: Mapping[str, str], *values: Value) -> Step:
    clause = "; ".join(dict.fromkeys(value.clause for value in values))
    return Step(code, amount, unit, words, clause, _origin(values))


def _eligibility(case: _Case, asked: Mapping[str, Value]) -> tuple[bool, Step]:
    answers = {field: getattr(case.project, field) for field in asked}
    eligible = False not in answers.values()
    told = [f"{field}.{str(answer).lower()}" for field, answer in answers.items() if eligible or answer is False]
    conditions = {
        "zh": "，".join(SENTENCES[code]["zh"] for code in told or ["no_conditions"]),
        "en": ", ".join(SENTENCES[code]["en"] for code in told or ["no_conditions"]),
    }
    words = tell("eligible" if eligible else "not_eligible", conditions=conditions)
    return eligible, _step("eligibility", Decimal(int(eligible)), "yes_no", words, *asked.values())


def _base(case: _Case, area: Decimal, cap_value: Value) -> tuple[Decimal, list[Step]]:
    """Work out what of the input counts, yuan, exact: min(input, cap × area)."""
    project, cap = case.project, to_decimal(cap_value.value, cap_value.id)  # type: ignore[arg-type]
    most = exact_product(cap, area)
    if project.average_cost_yuan_m2 is not None:
        whole = exact_product(project.average_cost_yuan_m2, area)
        above, average = project.average_cost_yuan_m2.compare(cap), project.average_cost_yuan_m2
    else:
        whole = project.input_cost_yuan or Decimal(0)
        above = whole.compare(most)
        average = (whole / area).quantize(_SHOWN) if area else Decimal(0)
    base = min(whole, most)
    no_average = not area and project.average_cost_yuan_m2 is None
    code = "cost.no_area" if no_average else {1: "cost.above", 0: "cost.equal", -1: "cost.below"}[int(above)]
    unit = cap if above > 0 and not no_average else average
    numbers = {"average": write_number(average), "cap": write_number(cap)}
    if above < 0 and project.average_cost_yuan_m2 is None:
        words = tell("base.whole", base=write_number(base))
    else:
        words = tell("base", unit=write_number(unit), area=write_number(area), base=write_number(base))
    return base, [
        _step("cost", unit, "yuan_per_m2", tell(code, **numbers), cap_value),
        _step("base", base, "yuan", words, cap_value),
    ]


def _ratio(case: _Case, base: Decimal) -> tuple[Decimal, list[Step]]:
    value, row = find_ratio(case.project, case.catalogue, on=case.on)
    ratio = to_decimal(value.value, value.id)  # type: ignore[arg-type]
    amount = to_fen(exact_product(base, ratio))
    percent = write_number(ratio * _HUNDRED)
    formula = case.catalogue.rule("subsidy/formula")
    clause = str(formula.body["reference"]["title"])
    known: Origin = "published" if value.certainty == formula.certainty == "published" else "recalled"
    words = tell("subsidy", base=write_number(base), ratio=percent, amount=write_yuan(amount))
    return amount, [
        _step("ratio", ratio, "share", tell("ratio", ratio=percent, row=row.title), value),
        Step("subsidy", amount, "yuan", words, clause, known),
    ]


def _capped(case: _Case, amount: Decimal) -> tuple[Decimal, list[Step]]:
    value = case.known("project_cap", "project_cap")
    if value is None:
        return amount, []
    cap = to_fen(to_decimal(value.value, value.id))  # type: ignore[arg-type]
    code = "project_cap.above" if amount > cap else "project_cap.within"
    return min(amount, cap), [_step("project_cap", cap, "yuan", tell(code, cap=write_yuan(cap)), value)]


def _ordinary(case: _Case) -> tuple[Decimal | None, list[Step]]:
    project, rate_value = case.project, case.known("old_estate", "rate")
    kept = case.value("stackable", "stackable")
    if project.ordinary_subsidy_yuan is not None:
        amount = to_fen(project.ordinary_subsidy_yuan)
        return amount, [_step("ordinary", amount, "yuan", tell("ordinary.kept", amount=write_yuan(amount)), kept)]
    if rate_value is None or not project.old_estate or project.area_m2 is None:
        return None, []
    rate = to_decimal(rate_value.value, rate_value.id)  # type: ignore[arg-type]
    amount = to_fen(exact_product(rate, project.area_m2))
    figures = {
        "rate": write_number(rate),
        "area": write_number(project.area_m2),
        "amount": write_yuan(amount),
    }
    return amount, [_step("ordinary", amount, "yuan", tell("ordinary.rate", **figures), rate_value, kept)]


def _stacked(case: _Case, amount: Decimal, ordinary: Decimal | None) -> tuple[Decimal, list[Step]]:
    value = case.value("stackable", "stackable")
    if value.value:
        return amount, []
    if ordinary is None:
        raise InputError([_missing(case.project, "ordinary_subsidy_yuan")])
    if ordinary == 0:
        return amount, []
    return _ZERO, [_step("stacking", _ZERO, "yuan", tell("not_stackable"), value)]


def _special(case: _Case, cap: Value, ordinary: Decimal | None) -> tuple[Decimal, list[Step]]:
    area = case.project.area_m2 or Decimal(0)
    base, first = _base(case, area, cap)
    amount, second = _ratio(case, base)
    amount, third = _capped(case, amount)
    amount, fourth = _stacked(case, amount, ordinary)
    return amount, [*first, *second, *third, *fourth]


def _payments(case: _Case, amount: Decimal) -> tuple[tuple[Payment, ...], list[Note]]:
    if not amount:
        return (), []
    try:
        return pay_in_stages(amount, case.catalogue, on=case.on), []
    except UnsetValueError:
        return (), [Note("stages", tell("note.stages"))]


def _notes(case: _Case, ordinary: Decimal | None) -> list[Note]:
    notes = []
    for name in ("area_basis", "eligible_items", "clawback"):
        value = case.known(name, name)
        if value is not None:
            notes.append(Note(name, tell(f"note.{name}_set", text=str(value.value))))
        elif case.is_unset(name, name) and f"note.{name}" in SENTENCES:
            notes.append(Note(name, tell(f"note.{name}")))
    if case.is_unset("project_cap", "project_cap"):
        notes.append(Note("project_cap", tell("note.project_cap")))
    if ordinary is None:
        notes.append(Note("ordinary", tell("note.ordinary")))
    years = case.known("programme", "planned_years")
    if years is not None:
        start, length = years.valid_from, int(float(years.value))  # type: ignore[arg-type]
        if case.on >= start.replace(year=start.year + length):
            figures = {"start": start.isoformat(), "years": str(length), "on": case.on.isoformat()}
            notes.append(Note("ended", tell("note.ended", **figures)))
    return notes


def compute_subsidy(project: Project, catalogue: Catalogue, *, on: dt.date) -> Subsidy:
    """Work out what a project may have.

    Parameters
    ----------
    project
        With its area (m²), its input (yuan) and what the conditions ask; money and areas are `decimal.Decimal`.
    catalogue
        With the city's packs laid over.
    on
        The date for which rules hold.

    Returns
    -------
    Subsidy
        Amount to the fen, every step in words with clause and certainty, payments and notes.

    Raises
    ------
    InputError
        If something that the amount depends on is missing, negative or not a Decimal; all of it at once.
    UnsetValueError
        If the ratio that holds for the project was not filled in.
    UnknownRuleError
        If `on` is before the rule's first day.
    RuleError
        If two ratios fit equally well, a ratio is above 1, or the stages do not add up.

    Notes
    -----
    A project that meets a condition with «no» gets 0.00, and nothing else about it need be known.
    """
    case = _Case(project, catalogue, on)
    cap = case.value("unit_cap", "unit_cap")
    asked = _asked(case)
    _check(case, asked)
    eligible, first = _eligibility(case, asked)
    ordinary, kept = _ordinary(case)
    amount, sums = _special(case, cap, ordinary) if eligible else (_ZERO, [])
    total = amount + (ordinary or _ZERO)
    steps = [first, *sums, *kept]
    certainty: Origin = "recalled" if any(step.certainty == "recalled" for step in steps) else "published"
    if ordinary is not None:
        figures = {"amount": write_yuan(amount), "ordinary": write_yuan(ordinary), "total": write_yuan(total)}
        steps.append(Step("total", total, "yuan", tell("total", **figures), "", certainty))
    payments, unpaid = _payments(case, amount)
    notes = [*(_notes(case, ordinary) if eligible else []), *unpaid]
    return Subsidy(project.project_id, eligible, amount, ordinary, tuple(steps), payments, tuple(notes), certainty)


def compute_subsidies(projects: Iterable[Project], catalogue: Catalogue, *, on: dt.date) -> tuple[Subsidy, ...]:
    """Work out what many projects may have.

    Parameters
    ----------
    projects
        The projects.
    catalogue
        With the city's packs laid over.
    on
        The date for which rules hold.

    Returns
    -------
    tuple of Subsidy
        In the same order.

    Raises
    ------
    InputError
        If anything is missing or wrong in any of them; all of it at once.
    UnsetValueError
        If a ratio was not filled in.
    UnknownRuleError
        If `on` is before the rule's first day.
    RuleError
        As for `compute_subsidy`.
    """
    results: list[Subsidy] = []
    problems: list[Problem] = []
    for project in projects:
        try:
            results.append(compute_subsidy(project, catalogue, on=on))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return tuple(results)


def explain_subsidy(subsidy: Subsidy, lang: str) -> str:
    """Write a subsidy as a numbered text.

    Parameters
    ----------
    subsidy
        The subsidy.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    str
        One line a step, with its source and certainty, then payments and notes.
    """
    certainty = {
        "zh": {"published": "已见公开文本", "recalled": "凭记忆，未核原文", "given": "由填报者提供"},
        "en": {"published": "published", "recalled": "recalled", "given": "given by the user"},
    }[lang]
    lines = []
    told: list[Step | Payment] = [*subsidy.steps, *subsidy.payments]
    for i, step in enumerate(told, start=1):
        source = f"{step.clause}; " if step.clause else ""
        lines.append(f"{i}. {step.words[lang]} [{source}{certainty[step.certainty]}]")
    mark = {"zh": "注：", "en": "Note: "}[lang]
    lines += [mark + note.words[lang] for note in subsidy.notes]
    return "\n".join(lines)
