import pytest
from django.db import IntegrityError, transaction

from linli.web.imports.models import ACTIONS, DECISIONS, Batch, BatchRow, Finding, Outcome
from linli.web.jobs.models import Job
from linli.web.words import has_words


@pytest.fixture
def batch(city):
    by = city.user("street", "3301/330105/330105011/")
    return Batch._all.create(number="IM-1", name="a.xlsx", kind="xlsx", place="3301/330105/330105011/", sha256="0" * 64,
                             size=1, created_by=by)  # fmt: skip


@pytest.mark.django_db
def test_a_batch_says_what_it_is(batch):
    assert str(batch) == "IM-1 a.xlsx"
    assert batch.source == "import:IM-1"
    batch.counts = {"rooms": {"read": 2, "new": 2}, "plots": {"read": 3, "error": 3, "missing": 9, "plain": {"new": 0}}}
    assert batch.totals == {"read": 5, "new": 2, "changed": 0, "unchanged": 0, "conflict": 0, "error": 3, "left_out": 0,
                            "missing": 9}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "job", "stuck", "is_open"),
    [
        ("checking", "running", False, False), ("checking", "queued", False, False), ("checking", "failed", True, True),
        ("checking", None, True, True), ("stopped", "failed", True, True), ("ready", "done", False, True),
        ("errors", "done", False, True), ("applied", "done", False, False), ("discarded", "done", False, False),
    ],
)  # fmt: skip
def test_a_batch_knows_whether_somebody_is_at_it(batch, state, job, stuck, is_open):
    batch.state = state
    batch.job = Job(kind="imports.check", state=job) if job else None
    assert (batch.is_stuck, batch.is_open) == (stuck, is_open)


@pytest.mark.django_db
def test_numbers_and_findings_and_outcomes_are_unique(batch):
    Finding._all.create(batch=batch, number=1, level="cells", code="number.text", severity="error", sheet="设施", row=2)
    Outcome._all.create(batch=batch, kind="apply", layer="rooms", counts={"created": 1}, left=["a"])
    for make in (
        lambda: Batch._all.create(
            number="IM-1", name="b", kind="csv", place="3301/", size=1, created_by=batch.created_by
        ),
        lambda: Finding._all.create(batch=batch, number=1, level="cells", code="x", severity="error"),
        lambda: Outcome._all.create(batch=batch, kind="apply", layer="rooms"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()
    assert str(Finding._all.get()) == "number.text 设施 2"
    assert str(Outcome._all.get()) == "IM-1 a.xlsx apply rooms"
    assert Outcome._all.get().about() == {"created": 1, "left": 1}


@pytest.mark.django_db
def test_rows_say_where_they_are(batch):
    row = BatchRow(batch=batch, layer="rooms", sheet="用房", row=3, key="R1", name="库房")
    assert (row.cell, str(row)) == ("用房!3", "R1 库房")
    row.sheet = ""
    assert row.cell == "3"


def test_states_actions_and_decisions_have_words():
    keys = [f"state.{s}" for s in Batch.State.values] + [f"state_what.{s}" for s in Batch.State.values]
    keys += [f"action.{a}" for a in ACTIONS] + [f"decision.{d}" for d in DECISIONS]
    assert all(has_words(f"imports.{key}") for key in keys)
