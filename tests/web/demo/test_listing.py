from linli.web.demo.listing import make_directory
from linli.web.providers.models import DirectoryVersion, Provider


def test_the_directory_has_two_versions_and_providers_in_every_state(cast):
    make_directory(cast)
    assert DirectoryVersion._all.count() == 2
    assert set(Provider._all.values_list("state", flat=True)) >= {"listed", "removed", "declined", "applied", "draft"}
    assert Provider._all.filter(warned=True, state="listed").count() == 1


def test_who_is_declined_is_told_a_reason_against_them(cast):
    make_directory(cast)
    assert "少于" in Provider._all.get(state="declined").note
