import pytest

from linli.errors import SnapshotError
from linli.web.assessments.compare import selectors

pytestmark = pytest.mark.django_db

STREET = "3301/330199/330199002/"


def test_a_street_sees_the_comparison_and_its_own_figures(compared):
    street, office = compared.city.user("street", STREET), compared.office
    assert selectors.list_comparisons(street).get().open_doubts == 1
    mine, whole = (selectors.comparison_sums(one, compared.comparison) for one in (street, office))
    assert (mine.communities, whole.communities) == (4, 12)
    assert (whole.better, whole.worse, whole.open_doubts) == (19, 15, 1)
    assert mine.open_doubts == 0
    for rows in (selectors.list_items, selectors.list_losses, selectors.list_communities):
        found = rows(street, compared.comparison)
        assert {row.place[:22] for row in found} == {STREET}
        assert found.count() < rows(office, compared.comparison).count()
    assert (
        selectors.reached(street, compared.comparison)["gained"].sum()
        < selectors.reached(office, compared.comparison)["gained"].sum()
    )


def test_elsewhere_and_without_a_right_nothing_is_seen(compared):
    elsewhere = compared.city.user("street", "3301/330105/330105011/")
    assert selectors.comparison_sums(elsewhere, compared.comparison).communities == 0
    nobody = compared.city.user("operator", "3301/")
    assert not selectors.list_comparisons(nobody).exists()
    street = compared.city.user("street", STREET)
    assert not selectors.comparisons_within(street, "export").exists()
    assert not selectors.runs_to_compare(street).exists()
    assert selectors.runs_to_compare(compared.office).count() == 2


def test_changes_and_files_are_those_of_the_outcome(compared):
    changes = selectors.changes_in(compared.comparison, "330199002001")
    assert any(one["change"] == "opened" and one["name"] == "汀巷托育园" for one in changes)
    assert selectors.file_of(compared.comparison, "compare.zh.xlsx").is_file()
    assert selectors.file_of(compared.comparison, "../outcome.json") is None
    assert selectors.comparison_job(compared.office, compared.comparison).kind == "assessments.compare"
    assert selectors.comparison_at_work(compared.comparison.pk) == compared.comparison


def test_tables_that_were_changed_are_refused(compared):
    compared.comparison.digest = "other"
    with pytest.raises(SnapshotError):
        selectors.reached(compared.office, compared.comparison)
