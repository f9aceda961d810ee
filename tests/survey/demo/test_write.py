import hashlib

import pandas as pd
import pytest

from linli.rules import check_pack, load_catalogue
from linli.survey.config import read_dataset
from linli.survey.demo import PACK, make_city, write_demo
from linli.survey.read import check_survey


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return folder, write_demo(folder, seed=1)


def test_files(written):
    folder, declarations = written
    assert [path.parent.name for path in declarations] == ["round-1", "round-2"]
    names = {path.name for path in (folder / "round-1").iterdir()}
    assert names == {"linli.yaml", "调查表.xlsx", "小区.csv", "空间数据.gpkg"}
    assert (folder / "round-2" / "changes.csv").exists()


def test_the_illustrative_pack_is_beside_them_and_says_that_it_is_invented(written):
    folder, declarations = written
    assert "虚构" in (folder / "illustrative" / "README.md").read_text(encoding="utf-8")
    assert check_pack(folder / "illustrative") == check_pack(PACK) == []
    for path in declarations:
        text = path.read_text(encoding="utf-8")
        assert "packs: [../illustrative]" in text
        assert "非真实数据" in text
    first, second = (path.read_text(encoding="utf-8") for path in declarations)
    for part in ("improve:", "programme:", "proposal:"):
        assert f"\n{part}" in first
        assert f"\n{part}" not in second


def test_estates_are_in_gb18030(written):
    data = (written[0] / "round-1" / "小区.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        data.decode("utf-8")
    assert "小区编号" in data.decode("gb18030")


def test_same_seed_same_files(written, tmp_path):
    write_demo(tmp_path, seed=1, rounds=[1])
    for path in sorted((tmp_path / "round-1").iterdir()):
        first = hashlib.sha256((written[0] / "round-1" / path.name).read_bytes()).hexdigest()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == first, path.name


@pytest.mark.parametrize("number", [1, 2])
def test_ordinary_readers_give_the_city_back(written, number):
    declaration = written[1][number - 1]
    checked = check_survey(read_dataset(declaration), declaration.parent, load_catalogue())
    assert [one.text() for one in checked.problems] == []
    city = make_city(1, number)
    for name, frame in city.layers.items():
        read = checked.survey.layers[name]
        assert len(read) == len(frame), name
        keys = [c for c in ("community_id", "type", "item") if c in frame] if name in {"wishes", "answers"} else []
        keys = keys or [frame.columns[0]]
        left = pd.DataFrame(frame).set_index(keys).sort_index().drop(columns="geometry", errors="ignore")
        right = pd.DataFrame(read).set_index(keys).sort_index().drop(columns="geometry", errors="ignore")
        pd.testing.assert_frame_equal(left, right, check_dtype=False, obj=name)


def test_places_come_back_to_the_millimetre(written):
    declaration = written[1][0]
    survey = check_survey(read_dataset(declaration), declaration.parent, load_catalogue()).survey
    city = make_city(1)
    for name, key in (("facilities", "facility_id"), ("estates", "estate_id"), ("buildings", "building_id")):
        read = survey.layers[name].set_index(key).geometry.to_crs("EPSG:4549")
        made = city.layers[name].set_index(key).geometry.to_crs("EPSG:4549").loc[read.index]
        assert made.hausdorff_distance(read).max() < 0.03, name
