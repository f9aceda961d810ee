"""A provider applies, is listed, warned and removed; every way in which a service says no."""

import pytest
from django.db import DatabaseError, transaction

from linli.web.audit.models import Event
from linli.web.providers import services
from linli.web.providers.listing import compare_versions
from linli.web.providers.models import DirectoryVersion, Provider
from linli.web.refusal import Refused

pytestmark = pytest.mark.django_db


def refused(key, call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert caught.value.key == f"providers.refuse.{key}"
    assert str(caught.value)
    return caught.value


def test_from_application_to_removal_each_version_says_what_changed(case):
    one = case.listed()
    assert (one.state, one.since is not None) == ("listed", True)
    case.record(one, satisfied=60)
    assert services.propose_evaluation(one, 2025).proposal == "warn"
    case.evaluate(one, 2025, "warn")
    case.publish("警示")
    case.record(one, year=2026, satisfied=60)
    assert services.propose_evaluation(one, 2026).proposal == "remove"
    case.evaluate(one, 2026, "remove")
    case.publish("移出")
    first, second, third = (version.as_version() for version in DirectoryVersion.objects.order_by("number"))
    assert {change.field for change in compare_versions(first, second).changed} == {"status", "note"}
    assert [reason for _, reason in compare_versions(second, third).left] == ["按运营记录"]
    assert Event._all.filter(module="providers").count() == 14


def test_what_is_asked_for_is_named(case):
    one = services.provider_create(actor=case.actor(case.who["operator"]), name="空", place="3301/")
    answer = refused(
        "entry", services.provider_apply, actor=case.actor(case.who["operator"]), provider=one, base_version=1
    )
    assert "营业执照" in str(answer)
    assert "未选择类别" in str(answer)


def test_names_are_given_once(case):
    case.draft()
    refused("name_taken", case.draft)
    refused("name", case.draft, name=" ")


def test_places_outside_are_refused(case):
    one = case.city.user("operator", "3301/330105/330105011/330105011001/")
    refused("outside", services.provider_create, actor=case.actor(one), name="新", place="3301/330106/")


def test_what_is_under_review_is_not_changed(case):
    one = case.applied()
    operator = case.actor(case.who["operator"])
    refused(
        "not_open",
        services.provider_update,
        actor=operator,
        provider=one,
        base_version=one.version,
        values={"sites": 9},
    )
    refused("not_open", services.file_add, actor=operator, provider=one, code="licence", name="a.pdf", data=b"%PDF-")
    refused("not_open", services.provider_apply, actor=operator, provider=one, base_version=one.version)


def test_old_versions_categories_and_evidence_are_checked(case):
    one = case.draft()
    operator = case.actor(case.who["operator"])
    update = services.provider_update
    refused("changed", update, actor=operator, provider=one, base_version=0, values={})
    refused(
        "category", update, actor=operator, provider=one, base_version=one.version, values={"categories": ["circus"]}
    )
    refused("evidence", services.file_add, actor=operator, provider=one, code="poem", name="a.pdf", data=b"%PDF-")
    assert update(actor=operator, provider=one, base_version=one.version, values={"sites": 3}).version == one.version


def test_who_applied_does_not_review(case):
    one = case.applied()
    case.city.give(case.who["operator"], "city_office", "3301/")
    refused("own", case.decide, one, by="operator")
    refused("outside", case.decide, one, by="district")
    refused("decision", case.decide, one, "maybe")
    assert case.decide(one, "return").state == "returned"
    refused("not_applied", case.decide, one)


def test_records_add_up(case):
    one = case.listed()
    for part in ("open_days", "satisfied", "answered"):
        refused("part", case.record, one, **{part: 1000})
    refused("months", case.record, one, months=13)
    case.record(one)
    case.evaluate(one, 2025, "keep")
    refused("evaluated", case.record, one)
    refused("evaluated", case.evaluate, one, 2025, "keep")


def test_only_what_is_listed_is_evaluated(case):
    refused("not_listed", case.evaluate, case.draft(), 2025, "keep")


def test_removal_names_its_ground_and_is_published(case):
    one = case.listed()
    remove = {"actor": case.actor(case.who["city"]), "provider": one, "base_version": one.version}
    refused("ground", services.provider_remove, ground="mood", reason="x", **remove)
    refused("reason", services.provider_remove, ground="fraud", reason=" ", **remove)
    services.provider_remove(ground="fraud", reason="提供虚假材料", **remove)
    version = case.publish("移出")
    assert version.left == {one.number: "提供虚假材料"}
    assert version.listings == []


def test_a_version_without_a_change_is_not_published(case):
    case.listed()
    refused("nothing_new", case.publish)
    assert DirectoryVersion.objects.count() == 1


def test_the_database_itself_keeps_the_versions(case):
    case.listed()
    for change in (lambda: DirectoryVersion._all.update(note="x"), lambda: DirectoryVersion._all.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_site_may_bring_its_own_rules(case, tmp_path, settings):
    text = services._FILE.read_text(encoding="utf-8").replace("id: directory_2026", "id: own_2027")
    (tmp_path / "directory.yaml").write_text(text, encoding="utf-8")
    settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path})
    assert services.criteria_in_force().id == "own_2027"
    assert Provider._all.count() == 0
