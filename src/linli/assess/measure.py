"""What measuring one requirement over all communities comes to.

What belongs here: the record every kind of requirement returns, how its rows become evidence, and the notes: short
codes for what was not known, with their words. A *degree* is how far a requirement is met, 0–1. Its range takes what is
unknown at its worst and at its best; ``low ≤ degree ≤ high`` always, and a degree of NaN means that there is no honest
point estimate. A *shortfall* is what is missing, in physical units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

__all__ = ["NOTES", "Evidence", "Measure", "capped", "note_text", "unknown_measure"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

NOTES: dict[str, dict[str, str]] = {
    "ages_unknown": {
        "zh": "年龄结构未知，按全体居民计算",
        "en": "ages are not known: measured for all residents",
    },
    "ages_unknown_unmeasured": {"zh": "年龄结构未知，未计算", "en": "ages are not known: not measured"},
    "answer_not_understood": {
        "zh": "回答应为是、部分、否或 0—1 的数",
        "en": "the answer must be yes, partly, no or a number from 0 to 1",
    },
    "area_unknown": {
        "zh": "有设施规模未知：按达标计入，范围下限不计",
        "en": "some facilities are of unknown size: counted as large enough, left out at the low end of the range",
    },
    "buildings_unplaced": {
        "zh": "有住宅离道路过远、无法定位：计入范围",
        "en": "some buildings are too far from any street to be placed: they widen the range",
    },
    "dwellings_for_households": {
        "zh": "户数未知，以住宅套数代替",
        "en": "households are not known: dwellings stand for them",
    },
    "estates_unknown": {"zh": "部分小区数据缺失：计入范围", "en": "some estates lack figures: they widen the range"},
    "households_unknown": {"zh": "户数未知", "en": "households are not known"},
    "no_answer": {"zh": "尚无回答", "en": "nobody has answered yet"},
    "no_buildings": {"zh": "没有住宅人口数据", "en": "nobody was counted in any residential building"},
    "no_data": {"zh": "没有所需数据", "en": "the figures it needs were not surveyed"},
    "no_streets": {"zh": "没有道路数据", "en": "there are no streets"},
    "nobody": {"zh": "没有这些年龄的居民", "en": "nobody of these ages lives here"},
    "not_in_force": {"zh": "该日期没有生效的取值：{name}", "en": "no figure is in force on this date: {name}"},
    "residents_unknown": {
        "zh": "部分居民未计入住宅：计入范围",
        "en": "some residents are counted in no building: they widen the range",
    },
    "total_unknown": {"zh": "居民总数未知", "en": "the number of residents is not known"},
    "type_not_surveyed": {
        "zh": "数据中没有这类设施，无法判断是没有还是未收录",
        "en": "the data hold no facility of this kind anywhere: none there, or none recorded",
    },
    "unset": {"zh": "标准未公布数值，请在规则包中填写 {name}", "en": "no figure is published: fill {name} in a pack"},
}
"""What every note says; a code may carry a name after a colon: ``unset:family/rule.value``."""


def note_text(note: str, lang: str) -> str:
    """Put a note into words.

    Parameters
    ----------
    note
        A code of `NOTES`, or ``code:name``.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    str
        One phrase, no full stop.

    Examples
    --------
    >>> note_text("unset:subsidy/ratio.ratio", "en")
    'no figure is published: fill subsidy/ratio.ratio in a pack'
    """
    code, _, name = note.partition(":")
    return NOTES[code][lang].format(name=name)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Which rows stand behind a measure, as pairs of community and row.

    Parameters
    ----------
    code
        Community code of each pair, ascending.
    row
        Position of the row in its table, e.g. in `City.facilities`.
    amount
        What the row contributes: residents served, m², 1.
    """

    code: Ints
    row: Ints
    amount: Floats

    @classmethod
    def none(cls) -> Evidence:
        """Return no evidence."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


@dataclass(frozen=True, eq=False)
class Measure:
    """One requirement measured in every community; arrays of shape (communities,).

    Parameters
    ----------
    degree, low, high
        Point estimate and range, 0–1; the point NaN where unknown.
    value
        What there is, in `unit`; NaN = unknown.
    required
        What is asked, in `unit`; NaN = nothing or unknown.
    unit
        ``share``, ``facilities``, ``m2``, ``per_dwelling`` …
    shortfall
        What is missing, in `shortfall_unit`, ≥ 0; NaN = unknown.
    shortfall_unit
        ``residents``, ``m2``, ``facilities``, ``spaces`` …
    residents, residents_without
        Residents concerned and those without; NaN where the measure is not about people.
    short
        Further shortfalls by column: ``floor_area_short_m2``, ``site_area_short_m2``, ``places_short``.
    applies
        False where the requirement is void here: nobody of these ages lives in the community.
    notes
        Where each note of `NOTES` applies.
    evidence
        By role (``serving``, ``doubtful``, ``too_small``, ``counted``): the facilities or estates behind it.
    nearest_m
        Distance to the nearest facility of those who have one: least, mean, greatest, m; shape (communities, 3).
    distance_m
        The walking distance used, m; NaN if none.
    bands
        For reach: by name, residents per band of shape (communities, bands).
    """

    degree: Floats
    low: Floats
    high: Floats
    value: Floats
    required: Floats
    unit: str
    shortfall: Floats
    shortfall_unit: str
    residents: Floats | None = None
    residents_without: Floats | None = None
    short: Mapping[str, Floats] = field(default_factory=dict)
    applies: Bools | None = None
    notes: Mapping[str, Bools] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    nearest_m: Floats | None = None
    distance_m: float = float("nan")
    bands: Mapping[str, Floats] = field(default_factory=dict)


def capped(have: Floats, need: Floats | float) -> Floats:
    """Return how far a need is met: have / need, at most 1.

    Parameters
    ----------
    have, need
        Amounts in the same unit, ≥ 0, NaN = unknown.

    Returns
    -------
    ndarray
        0–1; 1 where nothing is needed; NaN where either is unknown.

    Examples
    --------
    >>> capped(np.array([50.0, 300.0, 0.0]), 200.0).tolist()
    [0.25, 1.0, 0.0]
    """
    need = np.broadcast_to(np.asarray(need, dtype="float64"), have.shape)
    ratio = np.divide(have, need, out=np.ones(have.shape), where=need > 0)
    return np.where(np.isnan(need) | np.isnan(have), np.nan, np.clip(ratio, 0, 1))


def unknown_measure(n: int, notes: Sequence[str], unit: str = "share") -> Measure:
    """Return a measure that knows nothing, and why.

    Parameters
    ----------
    n
        Number of communities, ≥ 0.
    notes
        Codes of `NOTES`.
    unit
        Unit of the value that would have been measured.

    Returns
    -------
    Measure
        NaN everywhere, range 0–1.
    """
    nothing = np.full(n, np.nan)
    return Measure(
        degree=nothing,
        low=np.zeros(n),
        high=np.ones(n),
        value=nothing,
        required=nothing,
        unit=unit,
        shortfall=nothing,
        shortfall_unit="",
        notes={note: np.ones(n, dtype=bool) for note in notes},
    )
