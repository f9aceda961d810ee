import pytest

from linli.web.accounts.models import Place
from linli.web.communities.selectors import branch_of, children_of, list_bundles, list_places
from linli.web.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_places_are_those_whose_assessment_one_may_see(city):
    assert list_places(city.user("city_office"), "community").count() == 4
    assert list_places(city.user("district_office", "3301/330105/"), "community").count() == 3
    assert not list_places(city.user("security_admin")).exists()


def test_children_are_one_step_below(city):
    user = city.user("district_office", "3301/330105/")
    place = Place.objects.get(path="3301/330105/")
    assert [one.code for one in children_of(user, place)] == ["330105011", "330105012"]


def test_bundles_are_those_of_places_that_one_may_export(city):
    for path in ("3301/330105/", "3301/330106/"):
        Job._all.create(kind="communities.bundle", place=path)
    Job._all.create(kind="assessments.assess", place="3301/330105/")
    assert list_bundles(city.user("city_office")).count() == 2
    assert [one.place for one in list_bundles(city.user("district_office", "3301/330105/"))] == ["3301/330105/"]
    assert not list_bundles(city.user("auditor")).exists()


def test_the_tree_begins_where_ones_places_begin(city):
    def names(user, place=None):
        return [(one.name, opens) for one, opens in branch_of(user, place)]

    street = city.user("street", "3301/330105/330105011/")
    assert names(street) == [("和睦街道", True)]
    assert names(street, Place.objects.get(path="3301/330105/330105011/")) == [("和睦社区", False), ("华丰社区", False)]
    office = city.user("city_office")
    assert names(office) == [("示范市", True)]
    assert names(office, Place.objects.get(path="3301/")) == [("示范区", True), ("邻接区", True)]
