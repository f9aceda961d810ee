import pytest
from django.utils import timezone

from linli.web.accounts.models import Place
from linli.web.communities.selectors import children_of, list_places, record_counts
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db
HEMU = "3301/330105/330105011/330105011001/"


def test_places_are_those_whose_assessment_one_may_see(city):
    assert list_places(city.user("city_office"), "community").count() == 4
    assert list_places(city.user("district_office", "3301/330105/"), "community").count() == 3
    assert not list_places(city.user("security_admin")).exists()


def test_children_are_one_step_below(city):
    user = city.user("district_office", "3301/330105/")
    place = Place.objects.get(path="3301/330105/")
    assert [one.code for one in children_of(user, place)] == ["330105011", "330105012"]


def test_counts_are_of_open_records_within(city):
    for number, closed in enumerate((None, None, timezone.now())):
        Record._all.create(layer="facilities", key=f"F{number}", place=HEMU, closed_at=closed)
    Record._all.create(layer="facilities", key="G", place="3301/330106/330106003/330106003001/")
    user = city.user("city_office")
    assert record_counts(user, Place.objects.get(path=HEMU))["facilities"] == 2
    assert record_counts(user, Place.objects.get(path="3301/"))["facilities"] == 3
    assert record_counts(user, Place.objects.get(path=HEMU))["rooms"] == 0
