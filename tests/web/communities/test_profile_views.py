import json

import pytest
from django.urls import reverse

from linli.web.accounts.models import Place
from linli.web.assessments.models import ScoreRow
from linli.web.audit.models import Event
from linli.web.communities.paper import paper_file
from linli.web.communities.work import bundle_file
from linli.web.jobs.models import Job
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db
DISTRICT = "3301/330199/"


@pytest.fixture
def code(world):
    return list(world.paths)[3]


def _get(client, code, **query):
    return client.get(reverse("communities:profile", args=[code]), query)


def test_a_profile_names_the_community_and_leads_up(city, enter):
    page = _get(enter(city.user("city_office")), "330105011001").content.decode()
    assert "<h1>和睦社区" in page
    assert reverse("communities:district", args=["330105"]) in page
    assert reverse("communities:street", args=["330105011"]) in page
    assert "还没有评估结果" in page


def test_it_holds_all_that_the_run_says(world, enter, code):
    page = _get(enter(world.city.user("city_office")), code)
    assert page.context["portrait"]["total"] == 12
    assert len(page.context["gaps"]) == 10
    text = page.content.decode()
    for part in ("map", "missing", "haves", "scenes", "items", "supply", "peers", "priority", "estates", "rooms",
                 "wishes", "plan", "projects"):  # fmt: skip
        assert f'id="{part}"' in text, part
    assert text.count('data-island="map"') == 1


def test_panels_that_one_may_not_see_are_not_there(world, enter, code):
    page = _get(enter(world.city.user("finance")), code)
    text = page.content.decode()
    assert page.context["wishes"] is None
    assert 'id="wishes"' not in text
    assert 'id="survey"' not in text
    assert reverse("communities:profile_export", args=[code, "zh"]) not in text


def test_few_queries_whatever_hangs_on_it(world, enter, code, django_assert_max_num_queries):
    client = enter(world.city.user("city_office"))
    _get(client, code)
    for number in range(30):
        Record._all.create(layer="facilities", key=f"F{number}", place=world.paths[code], kind="nursery")
    with django_assert_max_num_queries(45):
        _get(client, code)


def test_without_its_tables_a_profile_still_shows_the_rows(world, enter, code):
    world.run.__class__._all.update(digest="f" * 64, folder="nowhere")
    page = _get(enter(world.city.user("city_office")), code)
    assert page.status_code == 200
    assert "portrait" not in page.context
    assert page.context["figures"]


def test_a_community_that_was_not_assessed_says_so(world, enter, code):
    ScoreRow._all.filter(place=world.paths[code]).delete()
    assert "本轮评估不包含这个社区" in _get(enter(world.city.user("city_office")), code).content.decode()


def test_the_round_before_is_set_beside(world, enter, code, earlier):
    earlier()
    page = _get(enter(world.city.user("city_office")), code)
    assert (page.context["before"].snapshot.round.code, page.context["changes"]) == ("2024", [])
    assert "各项结论没有变化" in page.content.decode()


def test_who_lacks_what_is_chosen_in_the_address(world, enter, code):
    client = enter(world.city.user("city_office"))
    page = _get(client, code, lack="canteen")
    assert page.context["map"]["kind"] == "canteen"
    people = next(one for one in page.context["map"]["config"]["layers"] if one["id"] == "people")
    assert "社区食堂" in people["label"]
    assert client.get(people["src"]).json()["features"]
    assert _get(client, code, lack="nonsense").context["map"]["kind"] != "nonsense"
    address = reverse("communities:profile_map", args=[code, "people"])
    assert client.get(address, {"lack": "nonsense"}).json()["features"] == []
    assert client.get(reverse("communities:profile_map", args=[code, "nonsense"])).status_code == 404


def test_a_pdf_is_given_and_recorded(world, enter, code):
    file = paper_file(world.run, code, "zh")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"%PDF-x")
    client = enter(world.city.user("street", world.paths[code].rsplit("/", 2)[0] + "/"))
    answer = client.get(reverse("communities:profile_export", args=[code, "zh"]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.getvalue() == b"%PDF-x"
    event = Event._all.get(event="communities.profile.export")
    assert (event.place, json.loads(event.after)["language"]) == (world.paths[code], "zh")
    assert client.get(reverse("communities:profile_export", args=[code, "fr"])).status_code == 404
    away = enter(world.city.user("district_office", "3301/330106/"))
    assert away.get(reverse("communities:profile_export", args=[code, "zh"])).status_code == 404
    assert (
        enter(world.city.user("finance")).get(reverse("communities:profile_export", args=[code, "zh"])).status_code
        == 403
    )


def test_a_pdf_that_cannot_be_set_leads_back_with_the_reason(world, enter, code):
    world.run.__class__._all.update(digest="f" * 64, folder="nowhere")
    client = enter(world.city.user("city_office"))
    answer = client.get(reverse("communities:profile_export", args=[code, "zh"]), follow=True)
    assert "画像暂时无法排版" in answer.content.decode()
    assert not Event._all.filter(event="communities.profile.export").exists()


def test_a_bundle_is_asked_for_and_taken(world, enter):
    client = enter(world.city.user("district_office", DISTRICT))
    address = reverse("communities:bundle", args=["330199"])
    assert "12 个社区" in client.get(address).content.decode()
    assert "请选择" in client.post(address, {"lang": "fr"}).content.decode()
    client.post(address, {"lang": "zh"})
    job = Job._all.get(kind="communities.bundle")
    taken = reverse("communities:bundle_export", args=[job.pk])
    assert client.get(taken).status_code == 404
    Job._all.update(state="done", result={"profiles": 12})
    assert client.get(taken).status_code == 404
    file = bundle_file(str(job.pk))
    file.parent.mkdir(parents=True)
    file.write_bytes(b"PK")
    assert client.get(taken).getvalue() == b"PK"
    assert taken in client.get(address).content.decode()
    assert json.loads(Event._all.get(event="communities.bundle.export").after)["profiles"] == 12
    assert enter(world.city.user("street", Place.objects.get(code="330199001").path)).get(address).status_code == 404
