import pytest
from django.utils import translation

from linli.web.assessments import titles


@pytest.mark.parametrize(
    ("call", "zh", "en"),
    [
        (lambda: titles.standard_title("complete_community"), "完整社区", "Complete community"),
        (lambda: titles.group_title("complete_community", "commerce"), "便民商业服务设施健全", "Sound convenience commerce"),
        (lambda: titles.group_title("pilot_2022", "pilot_2022"), "2022 年完整社区试点", "Complete-community pilot 2022"),
        (lambda: titles.item_title("complete_community/nursery"), "托儿所", "Nursery"),
        (lambda: titles.type_title("canteen"), "社区食堂", "Community canteen"),
        (lambda: titles.scene_title("low_carbon"), "低碳", "Low carbon"),
    ],
)  # fmt: skip
def test_things_are_called_as_the_rules_in_force_call_them(call, zh, en):
    assert call() == zh
    with translation.override("en"):
        assert call().lower() == en.lower()


def test_what_the_rules_do_not_hold_is_called_by_its_code():
    assert titles.standard_title("moon") == "moon"
    assert titles.group_title("moon", "crater") == "crater"
    assert titles.item_title("moon/base") == "moon/base"
    assert titles.type_title("rocket") == "rocket"
    assert titles.scene_title("orbit") == "orbit"
    assert titles.items_of_scene("orbit") == ()


def test_scenes_hold_items_of_every_standard():
    assert len(titles.scenes_in_order()) == 9
    assert "complete_community/nursery" in titles.items_of_scene("education")
    assert "living_circle/nursery" in titles.items_of_scene("education")


def test_figures_are_written_as_in_reports():
    assert titles.figures_in().degree(0.65, 0.62, 0.71) == "62–71\u202f%"
    assert titles.figures_in(lang="zh").pct(None) == "待补"
    assert titles.figures_in("m2").folk(1200) == "1,200\u202fm²"
