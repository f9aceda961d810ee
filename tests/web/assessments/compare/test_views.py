import pytest
from django.urls import reverse

from linli.web.assessments.models import Comparison, Doubt

pytestmark = pytest.mark.django_db


def at(route, *args):
    return reverse(f"assessments:{route}", args=args)


def test_two_rounds_are_asked_for_and_what_is_wrong_is_said(later, enter):
    office = enter(later.city.user("planner", "3301/"))
    assert "2026年体检 #1" in office.get(at("comparisons")).content.decode()
    same = {"before": later.run.pk, "after": later.run.pk}
    assert "完全相同" in office.post(at("comparisons"), same).content.decode()
    answer = office.post(at("comparisons"), {"before": later.run.pk, "after": later.second.pk})
    one = Comparison._all.get()
    assert answer["Location"] == at("comparison", one.pk)
    page = office.get(answer["Location"]).content.decode()
    assert "排队中" in page
    assert 'hx-trigger="every 2s"' in page


def test_who_may_not_run_sees_the_list_only(compared, enter):
    auditor = enter(compared.city.user("auditor", "3301/"))
    page = auditor.get(at("comparisons"))
    assert page.status_code == 200
    assert 'name="before"' not in page.content.decode()
    assert auditor.get(at("decide", compared.comparison.pk)).status_code == 403


def test_what_got_worse_comes_first_then_better_reach_and_totals(compared, enter):
    page = enter(compared.office).get(at("comparison", compared.comparison.pk)).content.decode()
    order = ["社区食堂由达标变为未达标", "老年人日间照料中心", "谁走得到了", "各社区前后", "盘活存量用房", "对照表格"]
    places = [page.index(text) for text in order]
    assert places == sorted(places)
    assert "1 个对应存疑" in page
    assert "/communities/330199001004/" in page


def test_a_street_sees_its_own_and_no_totals(compared, enter):
    client = enter(compared.city.user("street", "3301/330199/330199001/"))
    page = client.get(at("comparison", compared.comparison.pk)).content.decode()
    assert "葭亭社区" in page
    assert "枕石社区" not in page
    assert "全市（区）合计" not in page
    assert client.get(at("comparison_file_export", compared.comparison.pk, "compare.zh.xlsx")).status_code == 404
    assert client.get(at("comparison_community", compared.comparison.pk, "330199002002")).status_code == 404
    assert client.get(at("comparison_community", compared.comparison.pk, "330199001004")).status_code == 200


def test_a_refusal_and_other_rules_are_said_plainly(compared, enter):
    note = {"code": "compare.option", "column": "person", "value": "adult / elder",
            "message": {"zh": "选项不同", "en": "x"}, "fix": {"zh": "重评", "en": "y"}}  # fmt: skip
    Comparison._all.update(state="refused", notes=[note])
    page = enter(compared.office).get(at("comparison", compared.comparison.pk)).content.decode()
    for text in ("不能对照", "选项不同", "谁来走: adult / elder", "重评"):
        assert text in page
    Comparison._all.update(state="failed", notes=[{"code": "error", "zh": "坏了", "en": "broken"}])
    assert "坏了" in enter(compared.office).get(at("comparison", compared.comparison.pk)).content.decode()


def test_lists_and_files_have_the_same_rows(compared, enter):
    client, pk = enter(compared.office), compared.comparison.pk
    for route, n in (("losses", 19), ("changed", 34), ("compared", 12)):
        assert client.get(at(route, pk)).status_code == 200
        answer = client.get(at(f"{route}_export", pk, "csv"))
        answer.getvalue()
        assert answer["X-Rows"] == str(n)
    taken = client.get(at("comparison_file_export", pk, "compare.zh.md"))
    assert "变差" in taken.getvalue().decode()
    assert client.get(at("comparison_file_export", pk, "outcome.json")).status_code == 404
    assert "2026年体检" in client.get(at("comparisons_export", "csv")).getvalue().decode("utf-8-sig")


def test_a_community_shows_before_and_after_with_its_facilities(compared, enter):
    page = (
        enter(compared.office).get(at("comparison_community", compared.comparison.pk, "330199002001")).content.decode()
    )
    for text in ("汀巷托育园", "新开", "变好", "名录中没有"):
        assert text in page


def test_doubts_are_decided_and_compared_anew(compared, enter):
    client, pk, doubt = enter(compared.office), compared.comparison.pk, Doubt._all.get()
    assert "康宁大药房" in client.get(at("decide", pk)).content.decode()
    stale = client.post(at("decide", pk), {"base_version": "7", f"doubt-{doubt.pk}": "same"})
    assert "其间有人" in stale.content.decode()
    nothing = client.post(at("decide", pk), {"base_version": "1", "doubt-x": "same", f"doubt-{doubt.pk}": "maybe"})
    assert "没有新的判定" in nothing.content.decode()
    assert client.post(at("decide", pk), {"base_version": "1", f"doubt-{doubt.pk}": "other"}).status_code == 302
    doubt.refresh_from_db()
    assert doubt.same is False
    page = client.get(at("comparison", pk)).content.decode()
    assert "仍是上一次的结果" in page
    assert "正在对照" in client.post(at("comparison_again", pk), follow=True).content.decode()
