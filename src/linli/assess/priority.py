r"""Priority: which communities come first, and why.

The *priority score* is the weighted mean of components, each between 0 (nothing of it) and 1 (the most of any
community of this survey):

- ``old_estates``: share of the dwellings in estates on the old-estate list;
- ``residents_without``: residents beyond the reach of an item, added up over the items and divided by their number;
- ``old_and_young``: residents of 60 and over and under 6, times what the 一老一小 index lacks to 1;
- ``wishes``: for each facility type that is lacking, the share of the households asked who want it, added up;
- ``spare_rooms``: m² of spare rooms at hand, up to the m² that are missing: where a start is cheap.

Each is divided by the largest of the survey, so the ranking is relative: it says who first, not how bad. A component
that is unknown for a community is left out of its mean and named in `unknown_components`.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from linli.assess.options import PRIORITY_COMPONENTS

__all__ = ["COMPONENT_TITLES", "priority"]

COMPONENT_TITLES: dict[str, dict[str, str]] = {
    "old_estates": {"zh": "老旧小区", "en": "old estates"},
    "residents_without": {"zh": "未覆盖居民", "en": "residents without"},
    "old_and_young": {"zh": "一老一小", "en": "old and young"},
    "wishes": {"zh": "居民意愿", "en": "wishes"},
    "spare_rooms": {"zh": "可用房源", "en": "spare rooms"},
}
"""What each component is called."""

PHRASES: dict[str, dict[str, str]] = {
    "old_estates": {"zh": "老旧小区住宅占{share}", "en": "{share} of dwellings in old estates"},
    "residents_without": {"zh": "平均每项{count}{unit}未覆盖", "en": "{count} {unit} without, on average per item"},
    "old_and_young": {
        "zh": "约{count}{unit}一老一小服务不足",
        "en": "about {count} {unit} among the old and young underserved",
    },
    "wishes": {"zh": "所缺设施的意愿合计{share}", "en": "wishes for what is lacking add up to {share} of households"},
    "spare_rooms": {"zh": "有{count} m²存量用房可用", "en": "{count} m² of spare rooms at hand"},
}
UNITS = {"residents": {"zh": "人", "en": "residents"}, "m2": {"zh": " m²住宅", "en": "m² of housing"}}
NOTHING = {"zh": "各项均无突出短板", "en": "nothing stands out"}
LEAD = {"zh": "第{rank}位：", "en": "No. {rank}: "}
SHOWN = 3
"""How many components a reason names."""


def _phrase(component: str, raw: float, unit: str, lang: str) -> str:
    return PHRASES[component][lang].format(share=f"{raw:.0%}", count=f"{raw:,.0f}", unit=UNITS[unit][lang])


def _reason(rank: int, raw: pd.Series, part: pd.Series, unit: str, lang: str) -> str:
    telling = part[part > 0].sort_values(ascending=False, kind="stable").head(SHOWN).index
    phrases = [_phrase(name, raw[name], unit, lang) for name in telling] or [NOTHING[lang]]
    return LEAD[lang].format(rank=rank) + {"zh": "；", "en": "; "}[lang].join(phrases)


def priority(components: pd.DataFrame, weights: Mapping[str, float], unit: str) -> pd.DataFrame:
    """Rank communities by need and opportunity.

    Parameters
    ----------
    components
        Index ``community_id``; one column per component of `PRIORITY_COMPONENTS` in its own unit, ≥ 0, NaN = unknown.
    weights
        Weight by component, ≥ 0; a component left out weighs 0.
    unit
        Unit of people: ``residents`` or ``m2``.

    Returns
    -------
    DataFrame
        `community_id`, `rank` (1 = first; no two share one), `score` (0–1), the raw components, the same from 0 to 1
        with the prefix ``part_``, `unknown_components`, `reason_zh`, `reason_en`; first comes first.
    """
    names = [name for name in PRIORITY_COMPONENTS if name in components.columns]
    raw = components[names].astype("float64").sort_index()
    most = raw.max()
    part = raw / most.where(most > 0, 1.0)
    weight = pd.Series({name: float(weights.get(name, 0.0)) for name in names})
    known = part.notna() * weight
    total = known.sum(axis=1)
    score = (part.fillna(0.0) * weight).sum(axis=1) / total.where(total > 0)
    table = pd.DataFrame({"score": score})
    table = pd.concat([table, raw, part.add_prefix("part_")], axis=1)
    lacking = [";".join(name for name in names if row[name]) for row in raw.isna().to_dict("records")]
    table["unknown_components"] = lacking
    # what separates equals: more residents without, then the id (the index is sorted by it)
    without = raw.get("residents_without", pd.Series(0.0, index=raw.index)).fillna(0.0)
    order = np.lexsort((-without.to_numpy(), -score.fillna(-1.0).round(9).to_numpy()))
    table = table.iloc[order]
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    weighted = (part * weight).loc[table.index]
    for lang in ("zh", "en"):
        table[f"reason_{lang}"] = [
            _reason(rank, raw.loc[name], weighted.loc[name], unit, lang)
            for rank, name in zip(table["rank"], table.index, strict=True)
        ]
    return table.rename_axis("community_id").reset_index()
