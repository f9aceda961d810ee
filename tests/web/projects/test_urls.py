"""Addresses of projects: every one says who may come in."""

from django.urls import resolve, reverse

from linli.web.accounts.access import access_of
from linli.web.projects.urls import urlpatterns


def test_every_address_says_who_may_come_in():
    for one in urlpatterns:
        assert access_of(one.callback).module == "projects", one.name


def test_numbers_are_in_addresses_and_keys_are_not():
    assert reverse("projects:project", args=["CJ-2026-0001"]) == "/projects/CJ-2026-0001/"
    assert resolve("/projects/workflow/").url_name == "workflow"
    assert resolve("/projects/CJ-2026-0001/milestones/new/").url_name == "milestone_new"
