import numpy as np

from linli.report.svg import dots, element, escaped, figure, hatch, label, line_path, shorten, text_width, wrap


def test_what_people_wrote_is_escaped(well_formed, hostile):
    svg = figure(
        10,
        10,
        [label(0, 0, hostile), element("rect", fill=hostile)],
        name="x",
        title=hostile,
        description=hostile,
        lang="zh",
    )
    root = well_formed(svg)
    assert root.find(".//{*}script") is None
    assert root.find("{*}title").text == hostile
    assert escaped("a\x00b") == "ab"


def test_figures_have_text_alternatives_and_unique_ids(well_formed):
    root = well_formed(figure(10, 20, [], name="f1", title="T", description="D", lang="en", defs=[hatch("f1-hatch")]))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "f1-title"
    assert root.find("{*}desc").text == "D"
    assert root.get("viewBox") == "0 0 10 20"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") is None


def test_line_path_draws_every_line():
    xy = np.array([[0, 0], [10, 5], [10, 5], [40, 40], [50, 40], [9, 9], [9, 9]])
    starts = np.array([1, 0, 0, 1, 0, 1, 0], dtype=bool)
    # the third line is a point and is left out, save for its beginning
    assert line_path(xy, starts).startswith("M0 0l10 5M40 40l10 0")
    assert line_path(np.empty((0, 2), np.int64), np.empty(0, bool)) == ""
    ring = line_path(np.array([[0, 0], [10, 0], [10, 10], [0, 0]]), np.array([1, 0, 0, 0], dtype=bool), closed=True)
    assert ring == "M0 0l10 0l0 10l-10 -10z"


def test_dots_keep_their_area():
    svg = dots(np.array([[10, 10], [20, 20], [30, 30]]), np.array([1.0, 2.0, 2.0]), stroke="red")
    assert svg.count("h0") == 3
    assert 'stroke-width="20"' in svg
    assert 'stroke-width="40"' in svg
    assert dots(np.empty((0, 2), np.int64), np.empty(0)) == ""


def test_text_is_measured_cut_and_broken():
    assert text_width("和睦", 10) == 20
    assert text_width("iiii", 10) < text_width("mmmm", 10)
    assert shorten("和睦社区", 10, 100) == "和睦社区"
    assert shorten("和睦社区和睦社区", 10, 45).endswith("…")
    assert wrap("one two three", 10, 42) == ["one two", "three"]
    lines = wrap("社区居民委员会办公室", 10, 50, lines=2)
    assert lines == ["社区居民委", "员会办公室"]
    assert len(wrap("a very long sentence that goes on and on", 10, 60, lines=2)) == 2
