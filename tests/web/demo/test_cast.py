from linli.web.accounts.models import Grant, Place
from linli.web.accounts.roles import role_matrix


def test_there_is_somebody_of_every_role_and_an_office_at_every_place(cast):
    assert set(Grant._all.values_list("role", flat=True)) == set(role_matrix().roles)
    assert set(Place.objects.values_list("path", flat=True)) <= set(cast.offices)
    assert set(cast.passwords) == set(cast.people)
    assert len(set(cast.passwords.values())) == len(cast.people)


def test_an_office_says_street_once(cast):
    street = cast.offices[cast.streets[0]]
    assert street.name.endswith("街道办事处")
    assert street.name.count("街道") == 1


def test_every_street_has_somebody(cast):
    for path in cast.communities:
        assert cast.people[cast.street_of(path)].rights.may("projects", "apply", path)
        assert cast.people[cast.district_of(path)].rights.may("projects", "review", path)
    assert cast.acts("auditor").user == cast.people["auditor"]
