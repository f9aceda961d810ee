import pytest

pytestmark = pytest.mark.slow


def test_two_rounds_are_frozen_and_assessed_and_one_is_open(demo_site, ask):
    assert ask("SELECT code, state FROM surveys_round ORDER BY code") == [
        ("2025", "frozen"),
        ("2026", "frozen"),
        ("2027", "open"),
    ]
    assert ask("SELECT count(*) FROM surveys_snapshot") == [(2,)]
    runs = ask("SELECT state, current FROM assessments_run")
    assert len(runs) == 2
    assert all(run == ("done", 1) for run in runs)
    rows = ask("SELECT run_id, count(DISTINCT community_id) FROM assessments_scorerow GROUP BY run_id")
    assert [n for _, n in rows] == [24, 24]
    assert ask("SELECT count(*) FROM surveys_bulklayer WHERE active")[0][0] == 2


def test_files_of_the_rounds_are_whole(demo_site, ask):
    from linli.assess import load_assessment
    from linli.survey import load_snapshot

    for (folder,) in ask("SELECT folder FROM surveys_snapshot"):
        assert len(load_snapshot(demo_site.folder / "files" / folder).layers["buildings"]) > 1000
    for (folder,) in ask("SELECT folder FROM assessments_run"):
        assert len(load_assessment(demo_site.folder / "files" / folder).communities) == 24
