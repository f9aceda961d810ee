from django.utils import translation

from linli.web.assessments.models import Run
from linli.web.communities.sums import Sum
from linli.web.communities.writing import format_of, group_title, item_title, standard_title, sum_text


def test_titles_come_from_the_rules_and_codes_stay_where_there_are_none():
    assert standard_title("complete_community") == "完整社区"
    assert item_title("complete_community/nursery") == "托儿所"
    assert group_title("complete_community", "basic_services").startswith("基本公共服务")
    assert (standard_title("no_such"), item_title("no/such")) == ("no_such", "no/such")
    assert (group_title("no_such", "g"), group_title("complete_community", "g")) == ("no_such" and "g", "g")
    with translation.override("en"):
        assert item_title("complete_community/nursery") == "Nursery"


def test_sums_say_of_how_many_nothing_is_known():
    fmt = format_of(Run(unit="residents"))
    assert sum_text(Sum(39924.0), fmt) == "39,924"
    assert sum_text(Sum(39924.0, 3), fmt) == "39,924（另有 3 个社区待补）"
    assert sum_text(Sum(None, 3), fmt) == "待补"
    assert sum_text(Sum(5.0), format_of(Run(unit="m2")), unit=True).endswith("m²")
    assert format_of().people == "residents"
