import pytest

from linli.web.places.tree import community_path, tree_of

ROW = {"community_id": "330105011001", "name": "和睦社区", "district": "拱墅区", "subdistrict": None}


def test_a_code_holds_its_places_above():
    assert community_path("330105011001") == "3301/330105/330105011/330105011001/"
    for wrong in ("33010501100", "33010501100A", ""):
        with pytest.raises(ValueError, match="12 digits"):
            community_path(wrong)


def test_the_tree_has_each_place_once_and_a_place_without_a_name_its_code():
    places = tree_of([ROW, {**ROW, "community_id": "330105011002", "name": "华丰社区"}], "杭州市", "Hangzhou")
    assert [(p.level, p.name, p.name_en) for p in places] == [
        ("city", "杭州市", "Hangzhou"), ("district", "拱墅区", ""), ("street", "330105011", ""),
        ("community", "和睦社区", ""), ("community", "华丰社区", ""),
    ]  # fmt: skip
    assert places[-1].path == "3301/330105/330105011/330105011002/"
