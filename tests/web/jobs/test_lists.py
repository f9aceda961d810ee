from linli.web.jobs.lists import JOBS
from linli.web.jobs.models import Job
from linli.web.words import has_words, say


def test_every_column_and_filter_has_words():
    assert all(has_words(f"jobs.list.column.{c.key}") for c in JOBS.columns)
    assert all(has_words(f"jobs.list.filter.{f.key}") for f in JOBS.filters)


def test_a_kind_is_said_in_words_where_there_are_any():
    kind = next(column for column in JOBS.columns if column.key == "kind")
    assert kind.value(Job(kind="assessments.assess")) == say("assessments.job.assess")
    assert kind.value(Job(kind="nobody.knows")) == "nobody.knows"


def test_what_a_job_is_at_is_said_in_words():
    stage = next(column for column in JOBS.columns if column.key == "stage")
    assert stage.value(Job(stage="assessments.stage.pages")) == say("assessments.stage.pages")
    assert stage.value(Job(stage="buildings.gpkg")) == "buildings.gpkg"
    assert stage.value(Job(stage="assessments.stage.pages", state="done")) == ""
