import math

import pytest

from linli.report.build import slugs


def test_slugs_are_safe_and_unique():
    names = ["330105007012", "拱墅区", "../../etc/passwd", "a/b", "a b", "A-b", "a-b", "", "x" * 300, "CON"]
    files = slugs(names)
    assert len({file.lower() for file in files.values()}) == len(names)
    for file in files.values():
        assert file
        assert all(c.isascii() and (c.isalnum() or c in "-_") for c in file)
        assert len(file) < 80
        assert file.upper() != "CON"


def test_every_row_of_the_assessment_is_in_the_book(book, assessment):
    assert [c.id for c in book.communities] == list(assessment.communities["community_id"])
    results = [r for c in book.communities for found in c.results.values() for r in found]
    assert len(results) == len(assessment.items)
    requirements = [q for r in results for q in r.requirements]
    assert len(requirements) == len(assessment.requirements)
    assert all(q.evidence for q in requirements)
    statuses = assessment.items["status"].value_counts().to_dict()
    assert sum(counts["met"] for counts in book.status_counts.values()) == statuses.get("met", 0)


def test_sums_do_not_hide_the_unknown(book, assessment):
    unknown = book.communities[3]
    assert math.isnan(unknown.residents)
    figures = book.figures["complete_community"]
    assert math.isnan(figures.residents)
    assert figures.communities == 4
    assert 0 <= figures.low <= figures.score <= figures.high <= 1
    assert sum(figures.counts.values()) == (assessment.items["standard"] == "complete_community").sum()


def test_facilities_without_a_community_are_found_where_they_lie(book, survey):
    rows = [row for c in book.communities for row in c.facilities]
    assert len(rows) >= 0.9 * len(survey.layers["facilities"])
    assert {row["facility_id"] for row in rows} <= set(survey.layers["facilities"]["facility_id"])


def test_coverage_of_the_whole_is_a_share(book):
    for code, row in book.coverage.items():
        assert code in book.types
        assert 0 <= row["share"] <= 1
        assert row["within"] <= row["residents"] + 1e-6
    assert book.types["nursery"].asked_by
    assert book.types["nursery"].sized


def test_another_catalogue_is_refused(assessment, survey, catalogue):
    from linli.report.build import build_book

    other = assessment.meta.model_copy(
        update={"options": assessment.meta.options.model_copy(update={"standards": ("no_such",)})}
    )
    import dataclasses

    with pytest.raises(KeyError):
        build_book(dataclasses.replace(assessment, meta=other), survey, catalogue)
