"""The directory of service providers of the demo: listed, warned, removed, under review, declined, in draft."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from linli.web.demo.cast import CITY_PATH, Cast
from linli.web.demo.papers import paper
from linli.web.providers import services
from linli.web.providers.models import Provider

__all__ = ["make_directory"]

_GOOD = {
    "months": 12, "open_days": 360, "planned_days": 365, "satisfied": 92, "asked": 100, "complaints": 10,
    "answered": 10, "balance_yuan": 36_000,
}  # fmt: skip
_POOR = {**_GOOD, "open_days": 310, "satisfied": 64, "balance_yuan": -21_000}

_REASONS = {"approve": "演示：材料齐全，运营良好", "decline": "演示：运营点位少于入库要求，业绩无法核实"}


def _draft(cast: Cast, name: str, categories: Sequence[str]) -> Provider:
    acts = cast.acts("operator")
    one = services.provider_create(actor=acts, name=name, place=CITY_PATH, organisation=cast.offices["operator"])
    values = {"categories": list(categories), "sites": 3, "services": "社区公共服务运营（虚构）", "contact": "演示"}
    one = services.provider_update(actor=acts, provider=one, base_version=one.version, values=values)
    for kind in services.criteria_in_force().evidence:
        if not kind.categories or set(kind.categories) & set(categories):
            services.file_add(
                actor=acts, provider=one, code=kind.id, name=f"{kind.title.zh}.pdf", data=paper(kind.title.zh)
            )
    one.refresh_from_db()
    return one


def _applied(cast: Cast, name: str, categories: Sequence[str]) -> Provider:
    one = _draft(cast, name, categories)
    return services.provider_apply(actor=cast.acts("operator"), provider=one, base_version=one.version)


def _decided(cast: Cast, name: str, categories: Sequence[str], decision: str = "approve") -> Provider:
    one = _applied(cast, name, categories)
    return services.provider_decide(
        actor=cast.acts("city_office"),
        provider=one,
        base_version=one.version,
        decision=decision,
        reason=_REASONS[decision],
    )


def _evaluate(cast: Cast, one: Provider, figures: dict[str, int], decision: str) -> None:
    year = timezone.localdate().year - 1
    services.record_set(actor=cast.acts("operator"), provider=one, year=year, site="岚枫邻里中心", values=figures)
    one.refresh_from_db()
    services.evaluation_decide(
        actor=cast.acts("city_office"), provider=one, base_version=one.version, year=year, decision=decision,
        reason="演示：按年度运营记录",
    )  # fmt: skip


def make_directory(cast: Cast) -> None:
    """Fill the directory: two versions, between which one was warned, one removed and one came new.

    Parameters
    ----------
    cast
        The people.
    """
    city = cast.acts("city_office")
    good = _decided(cast, "示范邻里运营有限公司", ("integrated",))
    poor = _decided(cast, "乐享助餐服务社", ("elderly_care",))
    gone = _decided(cast, "旧桥便民商业公司", ("commerce",))
    _decided(cast, "童语托育中心", ("childcare",))
    services.directory_publish(actor=city, place=CITY_PATH, note="首版（演示）")
    _evaluate(cast, good, _GOOD, "keep")
    _evaluate(cast, poor, _POOR, "warn")
    gone.refresh_from_db()
    services.provider_remove(
        actor=city, provider=gone, base_version=gone.version, ground="fraud", reason="演示：材料经核实不实"
    )
    _decided(cast, "安居物业服务中心", ("property",))
    services.directory_publish(actor=city, place=CITY_PATH, note="动态更新（演示）")
    _decided(cast, "数智邻里科技", ("digital",), "decline")
    _applied(cast, "康邻健康管理", ("health",))
    _draft(cast, "文体荟活动中心", ("culture_sport",))
