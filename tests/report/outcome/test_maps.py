from linli.report.outcome.maps import VERDICT_FILL, happened_map, verdict_map
from linli.report.outcome.model import VERDICTS

WORDS = {verdict: f"word {verdict}" for verdict in VERDICTS}


def test_each_verdict_has_its_colour_and_its_count(made, well_formed, hostile):
    ids = made.ground.community_ids
    verdicts = dict(zip(ids, ["better", "worse", "mixed", "same"], strict=False))
    svg = verdict_map(
        made.ground, verdicts, {ids[0]: "+3"}, made.figures["en"].context,
        name="v", title="title", words=WORDS, described="told", links={ids[0]: "communities/x.html"},
    )  # fmt: skip
    text = "".join(well_formed(svg).itertext())
    for verdict in ("better", "worse", "mixed", "same"):
        assert f"word {verdict} (1)" in text
        assert VERDICT_FILL[verdict] in svg
    assert f"word alone ({len(ids) - 4})" in text  # in one round only: hatched
    assert 'href="communities/x.html"' in svg
    assert "+3" in text
    assert hostile not in svg


def test_what_happened_is_drawn_with_its_number(made, well_formed, hostile):
    x, y = made.ground.xy[0]
    marks = [(1, "opened", x, y, None, hostile), (2, "moved", x, y, (x + 100, y), "b"), (3, "closed", x, y, None, "c")]
    words = {"opened": "new", "moved": "moved", "closed": "shut", "plot": "plots"}
    svg = happened_map(made.ground, marks, made.figures["en"].context, name="h", title="t", words=words)
    text = "".join(well_formed(svg).itertext())
    assert "new (1)" in text
    assert "plots" not in text  # nothing of the kind happened
    assert svg.count("stroke-dasharray") == 1
    for number in ("1", "2", "3"):
        assert f">{number}</text>" in svg


def test_too_many_marks_have_no_numbers(made):
    x, y = made.ground.xy[0]
    marks = [(i, "opened", x, y, None, "") for i in range(1, 200)]
    svg = happened_map(made.ground, marks, made.figures["en"].context, name="h", title="t", words={"opened": "new"})
    assert ">199</text>" not in svg
    assert "Numbers are those" not in svg
