"""How a subsidy is told, in Chinese and English: every sentence of the trace, with gaps for its figures."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SENTENCES", "tell"]

SENTENCES: dict[str, dict[str, str]] = {
    "eligible": {
        "zh": "符合条件：{conditions}。",
        "en": "Eligible: {conditions}.",
    },
    "not_eligible": {
        "zh": "不符合条件：{conditions}，专项补助为 0.00 元。",
        "en": "Not eligible: {conditions}; the special subsidy is 0.00 yuan.",
    },
    "old_estate.true": {"zh": "小区在老旧小区改造名单", "en": "the estate is on the old-estate list"},
    "old_estate.false": {"zh": "小区不在老旧小区改造名单", "en": "the estate is not on the old-estate list"},
    "on_creation_list.true": {"zh": "项目在未来社区创建名单", "en": "the project is on the creation list"},
    "on_creation_list.false": {"zh": "项目不在未来社区创建名单", "en": "the project is not on the creation list"},
    "no_conditions": {"zh": "未设条件", "en": "no conditions are set"},
    "cost.above": {
        "zh": "平均成本 {average} 元/平方米，高于上限 {cap} 元/平方米，按 {cap} 元/平方米计。",
        "en": "The average cost is {average} yuan/m², above the cap of {cap} yuan/m²: {cap} yuan/m² count.",
    },
    "cost.equal": {
        "zh": "平均成本 {average} 元/平方米，等于上限，按 {cap} 元/平方米计。",
        "en": "The average cost is {average} yuan/m², equal to the cap: {cap} yuan/m² count.",
    },
    "cost.below": {
        "zh": "平均成本 {average} 元/平方米，低于上限 {cap} 元/平方米，按实际计。",
        "en": "The average cost is {average} yuan/m², below the cap of {cap} yuan/m²: the actual cost counts.",
    },
    "cost.no_area": {
        "zh": "面积为 0，没有可计的平均成本。",
        "en": "The area is 0: there is no average cost.",
    },
    "base": {
        "zh": "计入成本 = {unit} 元/平方米 × {area} 平方米 = {base} 元。",
        "en": "Cost that counts = {unit} yuan/m² × {area} m² = {base} yuan.",
    },
    "base.whole": {
        "zh": "计入成本 = 投入总额 {base} 元。",
        "en": "Cost that counts = the whole input of {base} yuan.",
    },
    "ratio": {"zh": "补助比例 {ratio} %（{row}）。", "en": "Ratio {ratio} % ({row})."},
    "subsidy": {
        "zh": "专项补助 = {base} 元 × {ratio} % = {amount} 元（四舍五入到分）。",
        "en": "Special subsidy = {base} yuan × {ratio} % = {amount} yuan (rounded to the fen, half up).",
    },
    "project_cap.above": {
        "zh": "高于单个项目上限 {cap} 元，按 {cap} 元计。",
        "en": "Above the cap per project of {cap} yuan: {cap} yuan count.",
    },
    "project_cap.within": {
        "zh": "不高于单个项目上限 {cap} 元。",
        "en": "Within the cap per project of {cap} yuan.",
    },
    "not_stackable": {
        "zh": "已享受老旧小区改造补助，按规定不叠加，专项补助为 0.00 元。",
        "en": "It has the ordinary old-estate subsidy and the two do not stack: the special subsidy is 0.00 yuan.",
    },
    "ordinary.kept": {
        "zh": "原有老旧小区改造补助 {amount} 元，照旧享受，单列。",
        "en": "The ordinary old-estate subsidy of {amount} yuan is kept, as a line of its own.",
    },
    "ordinary.rate": {
        "zh": "原有老旧小区改造补助 = {rate} 元/平方米 × {area} 平方米 = {amount} 元，照旧享受，单列。",
        "en": "The ordinary old-estate subsidy = {rate} yuan/m² × {area} m² = {amount} yuan is kept, on its own line.",
    },
    "total": {
        "zh": "合计 = 专项补助 {amount} 元 + 原有补助 {ordinary} 元 = {total} 元。",
        "en": "In all = special {amount} yuan + ordinary {ordinary} yuan = {total} yuan.",
    },
    "payment": {
        "zh": "{title}：拨付 {share} %，{amount} 元。",
        "en": "{title}: {share} %, {amount} yuan.",
    },
    "note.area_basis": {
        "zh": "「每平方米」指何种面积未公布；所填面积按改造建筑面积理解。",
        "en": "Which area «per m²» means was not published; the area given is taken as the renewed floor area.",
    },
    "note.area_basis_set": {"zh": "面积口径：{text}。", "en": "Area meant: {text}."},
    "note.eligible_items": {
        "zh": "哪些投入可计入成本未公布；所填投入视为全部可计。",
        "en": "Which input may be counted was not published; all that is given is counted.",
    },
    "note.eligible_items_set": {"zh": "可计入的投入：{text}。", "en": "Input that counts: {text}."},
    "note.project_cap": {
        "zh": "单个项目有无上限未公布；未作限制。",
        "en": "Whether there is a cap per project was not published; none is applied.",
    },
    "note.ordinary": {
        "zh": "原有老旧小区改造补助数额不详，合计中未计。",
        "en": "The ordinary old-estate subsidy is not known and is not in the total.",
    },
    "note.stages": {
        "zh": "拨付分期未公布，未列分期（已拨付的都给了建成项目）。",
        "en": "The stages of payment were not published and are not listed (what was paid went to completed projects).",
    },
    "note.clawback_set": {"zh": "追回条件：{text}。", "en": "Paid back if: {text}."},
    "note.ended": {
        "zh": "办法自 {start} 起按 {years} 年安排资金，{on} 已超出；是否延续未见公布。",
        "en": "Funds were planned for {years} years from {start}, and {on} is later; whether it goes on is not known.",
    },
}
"""Sentences by code."""


def tell(code: str, **figures: str | Mapping[str, str]) -> dict[str, str]:
    """Fill a sentence in both languages.

    Parameters
    ----------
    code
        A key of `SENTENCES`.
    figures
        What stands in the gaps: text, or text by language.

    Returns
    -------
    dict
        ``{"zh": …, "en": …}``.

    Raises
    ------
    KeyError
        If there is no such sentence or a gap is not filled.
    """
    return {
        lang: sentence.format(
            **{name: figure if isinstance(figure, str) else figure[lang] for name, figure in figures.items()}
        )
        for lang, sentence in SENTENCES[code].items()
    }
