from itertools import pairwise

import pytest

from linli.report.plan.charts import Tone
from linli.report.plan.gantt import Work, gantt_chart, split_works

SVG = "{http://www.w3.org/2000/svg}"
TONES = [Tone("convert", "改造", "#a4490c"), Tone("build", "建设", "#3b4a9c")]


def works(count, groups=4):
    return [
        Work(f"社区{i * groups // count}", f"{i} 设施 <名称>", 2026 + i % 2, 2026 + i % 2 + i % 3, "build", "建")
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [1, 5, 42, 200])
def test_every_project_is_drawn_once(contexts, well_formed, count):
    pages = split_works(works(count), 42)
    assert [w for page in pages for w in page] == works(count)
    assert all(len(page) <= 42 for page in pages)
    for page in pages:
        svg = gantt_chart(page, range(2026, 2031), TONES, contexts["zh"], name="g", title="进度", opens="投用")
        root = well_formed(svg)
        assert len([r for r in root.iter(f"{SVG}rect") if r.get("height") == "11"]) == len(page) + len(TONES)


def test_groups_stay_together_where_they_fit():
    pages = split_works(works(60, groups=6), 25)
    for page in pages[:-1]:
        assert len(page) == 20


def test_a_long_group_goes_on():
    assert [len(page) for page in split_works(works(100, groups=1), 42)] == [42, 42, 16]


def test_nothing_to_draw():
    assert split_works([], 42) == []


def test_rows_keep_apart(contexts, well_formed):
    svg = gantt_chart(works(40), range(2026, 2030), TONES, contexts["en"], name="g", title="T", opens="opens")
    rows = [t for t in well_formed(svg).iter(f"{SVG}text") if t.get("x") in ("10", "0") and float(t.get("y")) > 60]
    ys = sorted(float(t.get("y")) for t in rows)
    assert min(b - a for a, b in pairwise(ys)) >= 14


def test_a_bar_ends_where_the_doors_open(contexts, well_formed):
    one = [Work("x", "y", 2026, 2028, "build", "B")]
    svg = gantt_chart(one, range(2026, 2030), TONES, contexts["en"], name="g", title="T", opens="opens")
    bar = next(r for r in well_formed(svg).iter(f"{SVG}rect") if r.get("height") == "11" and float(r.get("width")) > 20)
    slot = 720 * (1 - 0.46) / 4
    assert float(bar.get("width")) == pytest.approx(2 * slot - 2, abs=1)
