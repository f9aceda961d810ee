"""The plan of the demo: two studies over the first round, the better one adopted, some of it begun as projects."""

from __future__ import annotations

from linli.web.accounts.models import Place
from linli.web.assessments.models import Run
from linli.web.demo.cast import CITY_PATH, Cast
from linli.web.jobs.worker import work
from linli.web.plans import services
from linli.web.plans.choices import read_text
from linli.web.plans.models import Measure, Study

__all__ = ["carried_out", "make_plan"]

_CHOICES = """
improve:
  budget: [{{yuan: {yuan}}}]
  old_young_weight: 2
  gap: 0.001
programme:
  years: [2026, 2027, 2028]
  budget: [{{year: 2026, yuan: {first}}}, {{year: 2027, yuan: {first}}}, {{year: 2028, yuan: {first}}}]
proposal:
  co_funding:
    - {{source: operator, share: 0.2, types: [canteen, convenience_store, supermarket, parcel_station, laundry]}}
  step_yuan: 1000000
"""
"""Money and shares are examples of the demo, not anybody's."""


def _study(cast: Cast, run: Run, name: str, yuan: int) -> Study:
    choices = read_text(_CHOICES.format(yuan=yuan, first=yuan // 3 + 1))
    study = services.study_create(
        actor=cast.acts("planner"), place=Place.objects.get(path=CITY_PATH), run=run, name=name, choices=choices
    )
    services.study_solve(actor=cast.acts("planner"), study=study, base_version=study.version)
    work(until_empty=True)
    study.refresh_from_db()
    return study


def make_plan(cast: Cast, run: Run) -> Study:
    """Make two studies and adopt the one with more money.

    Parameters
    ----------
    cast
        The people.
    run
        The first round's assessment.

    Returns
    -------
    Study
        Adopted.
    """
    _study(cast, run, "三年行动方案（节约，演示）", 6_000_000)
    study = _study(cast, run, "三年行动方案（演示）", 15_000_000)
    return services.study_adopt(
        actor=cast.acts("city_office"), study=study, base_version=study.version, reason="演示：专家评审通过"
    )


def carried_out(study: Study) -> list[tuple[str, str, float]]:
    """Return what of a plan opened in rooms within its first year, but for the last one: that one is late.

    Parameters
    ----------
    study
        Adopted.

    Returns
    -------
    list of tuple
        Room, facility type, m².
    """
    rows = Measure._all.filter(study=study, place_kind="room").order_by("open_year", "option")  # noqa: SLF001
    first = [one for one in rows if one.open_year == rows[0].open_year]
    return [(one.place_key, one.facility_type, one.floor_area_m2 or 0.0) for one in first[:-1]]
