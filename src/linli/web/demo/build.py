"""The demo site from beginning to end: two rounds with a plan between, projects, money, providers, an open round."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from linli.survey.demo import PACK
from linli.web.demo.cases import make_cases
from linli.web.demo.cast import Cast, make_cast
from linli.web.demo.listing import make_directory
from linli.web.demo.money import make_money
from linli.web.demo.planning import carried_out, make_plan
from linli.web.demo.register import demo_year
from linli.web.demo.rounds import open_round, survey_round
from linli.web.demo.scenes import make_scenes

__all__ = ["STAGES", "build_demo"]

STAGES = ("cast", "round_1", "plan", "round_2", "cases", "money", "directory", "scenes")
"""What is made, in order."""

Progress = Callable[[str, float], None]


def build_demo(progress: Progress | None = None) -> dict[str, str]:
    """Make the demo in the open site, which must be empty.

    Parameters
    ----------
    progress
        Told the stage (of `STAGES`) and the share that is done.

    Returns
    -------
    dict
        First password by user name: shown once and kept nowhere.
    """

    def tell(stage: str) -> None:
        if progress is not None:
            progress(stage, STAGES.index(stage) / len(STAGES))

    tell("cast")
    shutil.copytree(PACK, settings.SITE.folder / "packs" / PACK.name, dirs_exist_ok=True)
    first = demo_year(1)
    cast = make_cast(first.layers["communities"])
    tell("round_1")
    run = survey_round(cast, first, "2025", "2025 年调查（演示）", "Survey of 2025 (demo)")
    tell("plan")
    study = make_plan(cast, run)
    tell("round_2")
    survey_round(cast, demo_year(2, carried_out(study)), "2026", "2026 年调查（演示）", "Survey of 2026 (demo)")
    _after(cast, tell)
    return dict(cast.passwords)


def _after(cast: Cast, tell: Callable[[str], None]) -> None:
    """Fill the rest of the house: projects, money, providers, and work that is waiting for somebody."""
    tell("cases")
    cases = make_cases(cast)
    tell("money")
    make_money(cast, cases)
    tell("directory")
    make_directory(cast)
    tell("scenes")
    today = timezone.localdate()
    round_ = open_round(
        cast, "2027", "2027 年摸底（演示）", "Survey of 2027 (demo)", today, today + dt.timedelta(days=21)
    )
    make_scenes(cast, round_)
