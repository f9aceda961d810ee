import numpy as np
import shapely

from linli.report.frame import HEAD, Key, area_paths, fit, inner_view, map_figure, street_path


def test_an_area_fits_its_map_north_up():
    view = fit((0.0, 0.0, 2000.0, 1000.0))
    left, bottom, right, top = view.bounds
    assert left < 0 < 2000 < right
    assert bottom < 0 < 1000 < top
    upper, lower = view.pixel(0, 1000), view.pixel(0, 0)
    assert upper[1] < lower[1]
    assert np.allclose(view.tenths(np.array([[0.0, 0.0]]))[0] / 10, lower, atol=0.06)
    # one scale for both directions
    assert np.isclose(view.pixel(1000, 0)[0] - lower[0], lower[1] - upper[1])


def test_a_point_is_an_area_too():
    view = fit((5.0, 5.0, 5.0, 5.0))
    assert view.metres > 0


def test_paths_of_areas_with_holes_and_nothing():
    ring = shapely.Point(50, 50).buffer(40).difference(shapely.Point(50, 50).buffer(10))
    view = fit((0.0, 0.0, 100.0, 100.0))
    paths = area_paths([ring, shapely.Polygon(), None], view)
    assert paths[0].count("M") == 2
    assert paths[0].endswith("z")
    assert paths[1:] == ["", ""]
    assert street_path(np.array([shapely.LineString([(0, 0), (50, 50)])], dtype=object), view).startswith("M")
    assert street_path(np.empty(0, dtype=object), view) == ""


def test_a_map_carries_what_a_map_must(well_formed):
    view = fit((0.0, 0.0, 3000.0, 3000.0))
    svg = map_figure(
        view,
        [inner_view(view, "<path d='M0 0'/>")],
        name="m",
        title="Title",
        subtitle="2026-11-23",
        description="what it shows",
        lang="en",
        north="N",
        legend=[Key("<circle r='3'/>", f"class {i} of many") for i in range(12)],
        legend_title="Legend",
        notes=["© owners", "GS(2026)1"],
    )
    root = well_formed(svg)
    text = " ".join("".join(t.itertext()) for t in root.iter("{http://www.w3.org/2000/svg}text"))
    for word in ("Title", "2026-11-23", "Legend", "© owners", "GS(2026)1", "500 m", "N"):
        assert word in text
    assert root.find(".//*[@class='scale-bar']") is not None
    height = float(root.get("height"))
    lowest = max(float(t.get("y")) for t in root.iter("{http://www.w3.org/2000/svg}text") if t.get("y"))
    assert height > HEAD + view.height
    assert lowest < height
