from types import SimpleNamespace

from linli.web.wishes.charts import answered_chart, counts_chart, people_chart
from linli.web.wishes.results import Share, Target


def test_the_share_has_its_target_only_where_one_applies():
    community = SimpleNamespace(community=SimpleNamespace(name="和睦社区", name_en=""))
    one = Share(4, 10, (Target(False, 0.5, None),))
    chart = answered_chart(community, one)
    assert chart["rows"][0]["value"] == 0.4
    assert chart["rows"][0]["status"] == "not_met"
    assert chart["target"] == {"value": 0.5, "label": "目标 50%"}
    unsure = answered_chart(community, Share(4, None, (Target(False, 0.5, None), Target(True, 0.8, None))))
    assert unsure["rows"][0]["value"] is None
    assert "target" not in unsure


def test_most_wished_comes_first():
    options = [SimpleNamespace(type="nursery", households=1), SimpleNamespace(type="canteen", households=7)]
    assert [(row["label"], row["value"]) for row in counts_chart(options)["rows"]] == [("社区食堂", 7), ("托儿所", 1)]


def test_people_are_shown_only_if_a_household_told():
    one = SimpleNamespace(ask_people=True)
    assert people_chart(one, 0, {}) == []
    (chart,) = people_chart(one, 3, {"0_2": 2})
    assert chart["rows"] == [{"label": "0—2岁", "value": 2}]
    assert "3 户" in chart["title"]
    assert people_chart(SimpleNamespace(ask_people=False), 3, {"0_2": 2}) == []
