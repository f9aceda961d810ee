import pytest

from linli.errors import InputError
from linli.survey.osm import OSM_LAYERS, read_osm, read_osm_extract

TYPES = {
    code: {"osm": [tags]}
    for code, tags in {
        "kindergarten": "amenity=kindergarten",
        "primary_school": "amenity=school",
        "pharmacy": "amenity=pharmacy",
        "supermarket": "shop=supermarket",
        "convenience_store": "shop=convenience",
        "market": "amenity=marketplace",
        "library": "amenity=library",
        "park": "leisure=park",
        "children_playground": "leisure=playground",
    }.items()
}
ROAD = {"highway": "residential"}


def town(write_osm, square):
    nodes, ring = square(10, 0, 0, 1)
    nodes |= {1: (0, 2), 2: (4, 2), 3: (2, 3, {"amenity": "pharmacy", "name": "和睦药房"})}
    return write_osm(nodes, {1: (ring, {"building": "yes"}), 2: ([1, 2], ROAD)})


def test_all_layers_in_degrees_with_ids(write_osm, square):
    layers = read_osm(town(write_osm, square), TYPES)
    assert tuple(layers) == OSM_LAYERS
    for name, frame in layers.items():
        assert frame.crs == "EPSG:4326", name
        assert len(frame) == 1, name
        assert frame[frame.columns[0]].is_unique, name


def test_only_the_layers_asked_for(write_osm, square):
    assert list(read_osm(town(write_osm, square), TYPES, ["facilities"])) == ["facilities"]
    assert list(read_osm(town(write_osm, square), {}, ["buildings"])) == ["buildings"]
    with pytest.raises(ValueError, match="rooms"):
        read_osm(town(write_osm, square), TYPES, ["rooms"])


def test_what_was_assumed_is_said(write_osm, square):
    extract = read_osm_extract(town(write_osm, square), TYPES)
    assert [problem.code for problem in extract.problems] == ["osm.buildings_assumed"]
    assert "1 of 1" in extract.problems[0].text("en")
    assert "1 栋" in extract.problems[0].text("zh")
    assert extract.counts["buildings"]["residential_nothing_known"] == 1


def test_a_broken_multipolygon_is_said(write_osm):
    path = write_osm({1: (0, 0)}, None, {1: ([(9, "outer")], {"building": "yes"})})
    assert [problem.code for problem in read_osm_extract(path, TYPES).problems] == ["osm.multipolygon_broken"]


def test_progress_is_told(write_osm, square):
    told = []
    read_osm(town(write_osm, square), TYPES, progress=lambda text, done: told.append((text, done)))
    assert len(told) == 4
    assert "town.osm" in told[0][0]


def test_a_broken_file(tmp_path):
    path = tmp_path / "cut.osm"
    path.write_text("<osm version='0.6'><node")
    with pytest.raises(InputError, match=r"cut\.osm"):
        read_osm(path, TYPES)


def counted(path, **least):
    layers = read_osm(path, TYPES)
    found = layers["facilities"]["type"].value_counts()
    for code, n in least.items():
        assert found[code] >= n, code
    assert layers["facilities"]["facility_id"].is_unique
    assert layers["streets"]["street_id"].is_unique
    assert layers["streets"].geometry.is_valid.all()
    return layers


def test_beijing(shared_data):
    """Counts of SOURCES."""
    layers = counted(
        shared_data("beijing/bj_cau.osm"), kindergarten=2, primary_school=3, pharmacy=2, market=2, convenience_store=17
    )
    assert layers["facilities"]["name"].str.contains("幼儿园").any()


def test_helsinki(shared_data):
    """Counts of SOURCES, less one playground that is mapped twice; parks have several ways in."""
    layers = counted(
        shared_data("helsinki_center/Helsinki_center.osm.pbf"),
        pharmacy=6, library=7, supermarket=6, convenience_store=9, children_playground=4,
    )  # fmt: skip
    parks = layers["facilities"].query("type == 'park'")
    assert (parks.geometry.geom_type == "MultiPoint").sum() >= 5
    assert 95_000 < layers["streets"].to_crs("EPSG:3067").length.sum() < 115_000


def test_las_palmas(shared_data):
    """Counts of SOURCES, of the municipality (the file holds a little more), less what is mapped twice or private."""
    layers = counted(
        shared_data("las_palmas/las_palmas_20230221.osm.pbf"),
        kindergarten=20, primary_school=140, pharmacy=78, library=10, supermarket=121, convenience_store=107, park=255,
    )  # fmt: skip
    length = layers["streets"].to_crs("EPSG:5635").length.sum()
    assert 1_606_000 < length < 2_300_000
