import datetime as dt

import pytest

from linli.web.audit.models import Event
from linli.web.refusal import Refused
from linli.web.standards import services
from linli.web.standards.catalogue import site_catalogue
from linli.web.standards.models import Change, Waiver

pytestmark = pytest.mark.django_db(transaction=True)
RULE, NAME = "subsidy/ratio", "ratio"


def _events():
    return list(Event._all.filter(module="standards").order_by("number").values_list("event", flat=True))


def test_a_value_holds_once_a_second_person_has_approved_and_not_before(desk):
    from linli.errors import UnsetValueError

    one = desk.submitted()
    with pytest.raises(UnsetValueError):
        site_catalogue().value(RULE, NAME, on=dt.date(2026, 6, 1))
    desk.decide(one)
    value = site_catalogue().value(RULE, NAME, on=dt.date(2026, 6, 1))
    assert (value.value, value.source, value.clause) == (0.4, "city", "某市奖补细则（市建〔2026〕1号）, 第五条")
    assert _events() == ["standards.change.create", "standards.change.submit", "standards.change.approve"]


def test_an_approved_value_is_taken_out_again_by_who_may_review(desk):
    one = desk.decide(desk.submitted())
    with pytest.raises(Refused, match="职权"):
        services.change_withdraw(actor=desk.acts("planner"), change=one, base_version=one.version, reason="误")
    services.change_withdraw(actor=desk.acts("city"), change=one, base_version=one.version, reason="文件废止")
    assert site_catalogue().rule(RULE).values[NAME][-1].certainty == "unset"
    assert not site_catalogue().packs


def test_nobody_reviews_their_own_proposal_nor_who_lacks_the_right(desk):
    one = desk.draft(by="city")
    one = services.change_submit(actor=desk.acts("city"), change=one, base_version=one.version)
    with pytest.raises(Refused, match="另一人"):
        desk.decide(one, by="city")
    with pytest.raises(Refused, match="职权"):
        desk.decide(one, by="planner")
    assert desk.decide(one, by="reviewer").state == "approved"


@pytest.mark.parametrize(
    ("change", "field"),
    [({"value": -1}, "value"), ({"value": "四成"}, "value"), ({"reference_title": ""}, "value")],
)
def test_what_the_rules_would_not_take_is_refused_with_the_reason(desk, change, field):
    with pytest.raises(Refused) as caught:
        desk.draft(**change)
    assert caught.value.field == field
    assert caught.value.values["why"]
    assert not Change._all.exists()


def test_an_unknown_rule_or_value_is_refused(desk):
    for rule, name in (("subsidy/none", NAME), (RULE, "none")):
        with pytest.raises(Refused):
            services.change_create(actor=desk.acts("planner"), place="3301/", rule=rule, value_name=name, values={})


def test_two_people_do_not_overwrite_each_other(desk):
    one = desk.draft()
    services.change_update(actor=desk.acts("planner"), change=one, base_version=1, values={"value": 0.5})
    with pytest.raises(Refused, match="第 2 版"):
        services.change_update(actor=desk.acts("city"), change=one, base_version=1, values={"value": 0.6})
    one.refresh_from_db()
    assert one.value == 0.5


def test_a_returned_proposal_is_corrected_and_submitted_again(desk):
    one = desk.decide(desk.submitted(), decision="return", reason="请补条文")
    assert one.state == "returned"
    one = services.change_update(actor=desk.acts("planner"), change=one, base_version=one.version,
                                 values={"clause": "第六条"})  # fmt: skip
    one = services.change_submit(actor=desk.acts("planner"), change=one, base_version=one.version)
    assert desk.decide(one).state == "approved"
    with pytest.raises(Refused):
        services.change_update(actor=desk.acts("planner"), change=one, base_version=one.version, values={"value": 1})


def test_a_waiver_is_proposed_below_and_granted_above(desk):
    one = desk.waive()
    with pytest.raises(Refused, match="职权"):
        services.waiver_decide(actor=desk.acts("district"), waiver=one, base_version=1, decision="grant", reason="是")
    granted = services.waiver_decide(
        actor=desk.acts("city"), waiver=one, base_version=1, decision="grant", reason="属实"
    )
    assert (granted.state, granted.decided_by) == ("granted", desk.who["city"])
    services.waiver_revoke(actor=desk.acts("district"), waiver=granted, base_version=2, reason="已补建")
    granted.refresh_from_db()
    assert granted.state == "revoked"
    assert _events() == ["standards.waiver.propose", "standards.waiver.grant", "standards.waiver.revoke"]


def test_waivers_that_cannot_be(desk):
    with pytest.raises(Refused) as caught:
        desk.waive(item="subsidy/ratio")
    assert caught.value.field == "item"
    with pytest.raises(Refused) as caught:
        desk.waive(ends=dt.date(2025, 1, 1))
    assert caught.value.field == "ends"
    with pytest.raises(Refused, match="职权"):
        desk.waive(path="3301/330106/330106003/330106003001/")
    one = desk.waive(by="city")
    with pytest.raises(Refused, match="另一人"):
        services.waiver_decide(actor=desk.acts("city"), waiver=one, base_version=1, decision="grant", reason="是")
    assert Waiver._all.count() == 1
