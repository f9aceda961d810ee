"""Forms keep what was typed, say all that is wrong at once, and passwords are shown once."""

import re

import pytest

from linli.web.accounts.models import Deputy, Grant, User

pytestmark = pytest.mark.django_db


def test_a_form_says_everything_wrong_at_once_with_links(city, enter):
    client = enter(city.user("security_admin"))
    page = client.post("/manage/people/new/", {"username": "有 空格", "name": "", "title": "主任"}).content.decode()
    assert re.findall(r'<li><a href="#(id_\w+)">', page) == ["id_username", "id_name", "id_organisation", "id_reason"]
    assert 'value="主任"' in page


def test_what_a_service_refuses_stands_in_the_form(city, enter):
    client = enter(city.user("security_admin"))
    person = city.user("", "3301/330105/330105011/")
    form = {"role": "city_office", "place": "3301/330105/", "reason": "r", "module": ""}
    page = client.post(f"/manage/people/{person.pk}/grant/", form).content.decode()
    assert "这个角色不能授在这一级" in page
    assert not Grant._all.filter(user=person).exists()


def test_the_first_password_is_shown_once(city, enter):
    client = enter(city.user("security_admin"))
    office = city.offices["3301/"]
    form = {"username": "new", "name": "新人", "organisation": office.pk, "reason": "r"}
    page = client.post("/manage/people/new/", form).content.decode()
    shown = re.search(r'<code class="secret">(\w+)</code>', page)[1]
    person = User.objects.get(username="new")
    assert person.check_password(shown)
    assert shown not in client.get(f"/manage/people/{person.pk}/").content.decode()


def test_one_ends_only_a_standing_in_that_is_ones_own(city, enter):
    from django.utils import timezone

    today = timezone.localdate()
    boss, helper, third = city.user("planner"), city.user("street", city.at["street"]), city.user("planner")
    row = Deputy._all.create(principal=boss, deputy=helper, begins=today, ends=today)
    address = f"/manage/deputies/{row.pk}/end/"
    assert enter(third).post(address, {"reason": "r"}).status_code == 404
    assert "不在您的辖区内" in enter(helper).post(address, {"reason": "r"}).content.decode()
    assert enter(boss).post(address, {"reason": "r"}).status_code == 302


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_show_no_key_in_place_of_words(city, enter, language):
    admin = city.user("security_admin", language=language)
    person = city.user("planner")
    client = enter(admin)
    for address in (
        "people/",
        "grants/",
        "organisations/",
        f"people/{person.pk}/",
        f"people/{person.pk}/grant/",
        "deputies/",
    ):
        page = client.get(f"/manage/{address}").content.decode()
        text = re.sub(r"<[^>]+>", " ", page)
        assert not re.search(r"\b(accounts|pages|audit|jobs)\.\w+\.\w+", text), address
