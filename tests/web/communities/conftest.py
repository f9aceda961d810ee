"""Figures that are kept are forgotten between tests: their databases are emptied."""

import copy
from datetime import date

import pytest

from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.communities.figures import forget_figures, look_at, runs_shown
from linli.web.surveys.models import Round, Snapshot


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    forget_figures()


@pytest.fixture
def look(world):
    """The whole demo city as its office sees it."""
    user = world.city.user("city_office")
    return look_at(user, runs_shown(user, None))


@pytest.fixture
def earlier(world):
    """A round a year before with the same communities, whose scores were ten points lower; `earlier(options)`."""

    def make(options=None, code="2024", **more):
        day = date(2024, 10, 31)
        round_ = Round._all.create(
            code=code, name="2024年体检", name_en="Survey of 2024", place="3301/", surveyed_on=day, begins=day, due=day,
            state=Round.State.FROZEN,
        )  # fmt: skip
        snapshot = Snapshot._all.create(
            round=round_, place="3301/", folder=world.snapshot.folder, digest="0" * 64, code_version="0"
        )
        run = copy.copy(world.run)
        values = {"pk": None, "snapshot": snapshot, "digest": "1" * 64, "options": options or run.options, **more}
        for name, value in values.items():
            setattr(run, name, value)
        run._state = copy.copy(world.run._state)
        run._state.adding = True
        run.save()
        for model in (ScoreRow, ItemRow):
            rows = list(model._all.filter(run=world.run))
            for row in rows:
                row.pk, row.run = None, run
                if model is ScoreRow and row.score is not None:
                    row.score = max(row.score - 0.1, 0.0)
            model._all.bulk_create(rows)
        return Run._all.select_related("snapshot__round").get(pk=run.pk)

    return make
