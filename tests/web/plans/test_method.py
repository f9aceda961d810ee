import pytest

from linli.web.plans.method import choice_rows, method_page, operation_page
from linli.web.plans.models import Study
from linli.web.plans.seen import Seen
from linli.web.plans.sheet import read_sheet


@pytest.fixture
def seen(solved_files):
    book, part = (read_sheet(solved_files.plan, name) for name in ("book", "part-330199"))
    return Seen(Study(choices=solved_files.order.choices), book, part)


def test_a_plan_says_how_good_it_is_and_what_it_was_made_from(seen):
    result = dict(method_page(seen)["result"])
    assert result["状态"] == "已证明最优"
    assert result["规则目录版本"] == seen.book["plan"]["catalogue_version"]
    assert len(result["调查指纹"]) == 64
    assert result["所依标准"] == "完整社区"
    assert "HiGHS" in result["求解器"]


def test_choices_are_those_that_matter_and_those_that_differ(seen):
    rows = dict(choice_rows(seen))
    assert rows["预算"].startswith("2027 800")
    assert rows["单位造价（元/m²）"] == "按规则目录"
    assert rows["精度"] == "0.10\u202f%"
    assert "社区权重" not in rows
    improve = {**seen.study.choices["improve"], "community_weights": {"330199001001": 2.0}, "floor_scope": "attainable",
               "unit_costs": {"convert": {"nursery": 2500.0}}, "max_projects": 9}  # fmt: skip
    varied = Seen(Study(choices={**seen.study.choices, "improve": improve}), seen.book, seen.part)
    rows = dict(choice_rows(varied))
    assert rows["社区权重"] == "330199001001：2"
    assert rows["最低覆盖率的范围"] == "能达到多少算多少"
    assert rows["单位造价（元/m²）"] == "改造：托儿所：2,500"
    assert rows["项目数上限"] == "9"


def test_limits_that_bound_and_requirements_that_were_not_planned_for(seen):
    found = method_page(seen)
    assert any(row["title"] == "资金" for row in found["limits"])
    assert all(row["used"] for row in found["limits"] if row["kind"] == "shared_area")
    assert ("无障碍设施", "不按步行距离测度") in found["unplanned"]
    assert len(found["unplanned"]) == len(set(found["unplanned"]))
    assert len(found["how"]) == 5


def test_the_account_adds_up(seen):
    found = operation_page(seen)
    account = found["account"]
    assert account["balance_yuan"] == pytest.approx(account["income_yuan"] - account["cost_yuan"], abs=0.05)
    assert sum(one["cost_yuan"] for one in found["accounts"]) == pytest.approx(account["cost_yuan"], abs=1)
    assert [one["number"] for one in found["accounts"]] == sorted(one["number"] for one in found["accounts"])
    labels = [row["label"] for row in found["charts"][0]["rows"]]
    assert labels[0].startswith("经营收入")
    assert labels[-1].startswith("成本")
    assert found["tornado"]
    assert found["modes"][0]["title"]


def test_what_was_not_appraised_is_empty(seen, solved_files):
    book, part = (read_sheet(solved_files.other, name) for name in ("book", "part-330199"))
    found = operation_page(Seen(Study(choices={}), book, part))
    assert (found["account"], found["charts"], found["accounts"]) == (None, [], [])
