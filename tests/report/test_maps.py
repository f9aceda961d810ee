import numpy as np
import pytest

from linli.report.maps import choropleth, coverage_map

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_unknown_is_hatched_and_never_in_the_lowest_class(material, contexts, well_formed, lang, hostile):
    ids = material.ground.community_ids
    values = {ids[0]: 0.2, ids[1]: 0.9, ids[2]: float("nan")}
    svg = choropleth(material.ground, values, contexts[lang], name="m", title="T", measure="score")
    root = well_formed(svg)
    fills = [path.get("fill") for path in root.iter(f"{SVG}path") if path.get("fill-rule")]
    assert fills.count("url(#m-hatch-map)") == 2
    text = "".join(root.itertext())
    assert hostile in text
    assert contexts[lang].words("map.unknown", count=2) in text
    assert {"m-hatch", "m-hatch-map"} <= {p.get("id") for p in root.iter(f"{SVG}pattern")}


def test_links_lead_to_pages(material, contexts):
    ids = material.ground.community_ids
    svg = choropleth(
        material.ground, {}, contexts["zh"], name="m", title="T", measure="x", write="plain", links={ids[1]: "a/b.html"}
    )
    assert svg.count("<a ") == 1
    assert 'href="a/b.html"' in svg


def test_dots_show_who_is_without(material, contexts, well_formed):
    ground = material.ground
    without = np.where(np.arange(len(ground.residents)) % 2 == 0, ground.residents, 0.0)
    drawn = coverage_map(
        ground, without, "pharmacy", material.per_px2, contexts["zh"], name="c", title="T", described="D"
    )
    root = well_formed(drawn)
    assert root.find(f".//{SVG}g[@stroke='#b3261e']") is not None
    none = coverage_map(
        ground, without * 0, "pharmacy", material.per_px2, contexts["zh"], name="c", title="T", described="D"
    )
    assert well_formed(none).find(f".//{SVG}g[@stroke='#b3261e']") is None
