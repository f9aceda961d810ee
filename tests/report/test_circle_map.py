import numpy as np
import pytest
import shapely

from linli.report.circle_map import Outline, circle_map, set_scene

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_one_scene_serves_every_language(material, contexts, well_formed, lang, hostile):
    ground = material.ground
    middle = shapely.centroid(ground.communities[0])
    areas = [middle.buffer(300), middle.buffer(500)]
    scene = set_scene(ground, 0, areas, material.per_px2)
    outlines = [Outline("300 m"), Outline("500 m")]
    svg = circle_map(ground, 0, scene, outlines, contexts[lang], name="x", titles={})
    root = well_formed(svg)
    text = "".join(root.itertext())
    assert "300 m" in text
    assert hostile in text
    assert root.find(f".//{SVG}script") is None
    signs = {use.get("href") for use in root.iter(f"{SVG}use")}
    assert signs == {f"#sign-{group}" for group in scene.groups}


def test_signs_do_not_cover_one_another(material):
    scene = set_scene(material.ground, 1, [], material.per_px2)
    xy = np.array([scene.view.pixel(*material.ground.facility_xy[i]) for i in scene.signs])
    away = np.hypot(*(xy[:, None] - xy[None, :]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    assert away.min() >= 15.9
