import shapely

from linli.web.places.differences import SHAPE, clashes, differences, shape_text

HERE, THERE = shapely.Point(120, 30), shapely.Point(120.5, 30)


def test_what_changed_in_the_order_of_the_schema():
    old, new = {"name": "甲", "capacity": 40, "storey": 1}, {"name": "乙", "storey": 1, "own_entrance": True}
    found = [(one.name, one.before, one.after) for one in differences("facilities", old, new, HERE, THERE)]
    assert found == [
        ("name", "甲", "乙"), ("capacity", "40", ""), ("own_entrance", "", "是"),
        (SHAPE, "120.00000, 30.00000", "120.50000, 30.00000"),
    ]  # fmt: skip
    assert differences("facilities", new, new, HERE, HERE) == []
    assert [one.name for one in differences("facilities", {}, {}, None, HERE)] == [SHAPE]


def test_two_people_clash_where_they_want_different_things():
    base = ({"name": "甲", "capacity": 40, "storey": 1, "operator": "a"}, HERE)
    mine = ({"name": "乙", "capacity": 50, "storey": 1, "operator": "b"}, HERE)
    theirs = ({"name": "甲", "capacity": 60, "storey": 2, "operator": "b"}, THERE)
    found = {
        one.name: (one.base, one.mine, one.theirs, one.choice) for one in clashes("facilities", base, mine, theirs)
    }
    assert found == {
        "name": ("甲", "乙", "甲", "mine"),
        "capacity": ("40", "50", "60", ""),
        "storey": ("1", "1", "2", "theirs"),
        SHAPE: ("120.00000, 30.00000", "120.00000, 30.00000", "120.50000, 30.00000", "theirs"),
    }
    moved = clashes("facilities", base, (base[0], THERE), (base[0], shapely.Point(121, 30)))
    assert [(one.name, one.choice) for one in moved] == [(SHAPE, "")]
    assert [one.choice for one in clashes("facilities", base, (base[0], THERE), base)] == ["mine"]


def test_shapes_in_words():
    assert shape_text(None) == ""
    assert shape_text(shapely.box(0, 0, 1, 1)) == "轮廓（5 个点）"
    assert shape_text(shapely.MultiPoint([(0, 0), (1, 1)])) == "2 个出入口"
