"""The pages of providers: application to listing, warning and removal; the public directory and its differences."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.web.accounts.models import Place
from linli.web.providers.models import Provider

pytestmark = pytest.mark.django_db


def address(name, *args):
    return reverse(f"providers:{name}", args=args)


def version_of(one):
    one.refresh_from_db()
    return one.version


def test_a_provider_applies_and_is_listed_warned_and_removed(case, enter, client):
    city = Place.objects.get(path="3301/")
    operator = enter(case.who["operator"])
    assert operator.post(address("new"), {"name": "甲公司", "place": city.pk}).status_code == 302
    one = Provider._all.get()
    page = operator.post(address("apply", one.number), {"version": 1}).content.decode()
    assert "营业执照" in page
    filled = {"name": "甲公司", "categories": ["commerce"], "services": "社区商业", "sites": 2, "version": 1}
    assert operator.post(address("update", one.number), filled).status_code == 302
    for code in ("licence", "credit", "cases"):
        sent = {"code": code, "file": SimpleUploadedFile("a.pdf", b"%PDF-1.7")}
        assert operator.post(address("attach", one.number), sent).status_code == 302
    assert operator.post(address("apply", one.number), {"version": version_of(one)}).status_code == 302
    office = enter(case.who["city"])
    said = {"decision": "approve", "reason": "齐全", "version": version_of(one)}
    assert office.post(address("decide", one.number), said).status_code == 302
    assert office.post(address("publish"), {"place": city.pk, "note": "首版"}).status_code == 302
    case.record(one, satisfied=60)
    assert "应予警示" in office.get(address("evaluate", one.number)).content.decode()
    warned = {"year": 2025, "decision": "warn", "reason": "满意率低", "version": version_of(one)}
    assert office.post(address("evaluate", one.number), warned).status_code == 302
    office.post(address("publish"), {"place": city.pk, "note": "警示"})
    gone = {"ground": "closed", "reason": "已注销", "version": version_of(one)}
    assert office.post(address("remove", one.number), gone).status_code == 302
    office.post(address("publish"), {"place": city.pk, "note": "移出"})
    client.logout()
    assert f"{one.number} 甲公司 — 已注销" in client.get(address("directory")).content.decode()
    assert "满意率低" in client.get(address("version", 2)).content.decode()
    page = client.get(address("compare", 1, 2)).content.decode()
    assert "<td>在册</td><td>警示</td>" in page
    assert '变更前</th><th scope="col">变更后</th>' in page
    assert "warned" not in page
    assert "已注销" in client.get(address("compare", 2, 3)).content.decode()
    assert client.get(address("compare", 1, 9)).status_code == 404
    assert client.get(address("version", 9)).status_code == 404


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_speaks_both_languages(case, enter, lang):
    one = case.listed()
    case.record(one)
    case.evaluate(one, 2025, "keep")
    client = enter(case.who["city"])
    client.cookies["linli_language"] = lang
    for name, args in (("list", ()), ("publish", ()), ("directory", ()), ("provider", (one.number,)),
                       ("evaluate", (one.number,)), ("remove", (one.number,)), ("record", (one.number,))):  # fmt: skip
        page = client.get(address(name, *args))
        assert page.status_code == 200
        assert ('lang="en"' in page.content.decode()[:200]) is (lang == "en")
    assert client.get(address("directory") + "?category=childcare").status_code == 200


def test_evidence_is_given_to_who_may_see_it(case, enter):
    one = case.draft()
    file = one.files.first()
    assert enter(case.who["city"]).get(address("file", file.pk)).getvalue().startswith(b"%PDF-")
    assert enter(case.who["district"]).get(address("file", file.pk)).status_code == 404


def test_the_empty_directory_says_so_and_the_file_holds_every_row(case, enter, client):
    assert "名录尚未发布" in client.get(address("directory")).content.decode()
    case.draft()
    answer = enter(case.who["city"]).get(address("list_export", "csv"))
    assert len(answer.getvalue().decode("utf-8-sig").splitlines()) == 2
