import datetime as dt

import pytest

from linli.rules import check_pack
from linli.web.standards.models import Change
from linli.web.standards.packs import PACK, pack_files, pack_problems, write_pack

pytestmark = pytest.mark.django_db


def _change(day, value, **more):
    values = {"rule": "subsidy/ratio", "value_name": "ratio", "unit": "share", "reference_title": "细则", **more}
    return Change(
        value=value, valid_from=dt.date(*day), certainty="published", checked_on=dt.date(2026, 1, 1), **values
    )


def test_the_later_of_two_for_the_same_day_counts_and_days_are_in_order():
    files = pack_files([_change((2026, 1, 1), 0.5), _change((2025, 1, 1), 0.2), _change((2026, 1, 1), 0.4)])
    assert list(files) == ["pack.yaml", "subsidy/ratio.yaml"]
    text = files["subsidy/ratio.yaml"]
    assert text.index("0.2") < text.index("0.4")
    assert "0.5" not in text
    assert files == pack_files([_change((2025, 1, 1), 0.2), _change((2026, 1, 1), 0.4)])


def test_no_changes_are_no_pack():
    assert pack_files([]) == {}
    assert pack_problems([]) == []


def test_problems_name_what_is_wrong(folder):
    assert pack_problems([_change((2026, 1, 1), 0.4)]) == []
    assert any(one.severity == "error" for one in pack_problems([_change((2026, 1, 1), "many")]))


def test_the_folder_follows_the_database_and_other_packs_are_left_alone(desk, folder):
    other = folder / "packs" / "province"
    other.mkdir(parents=True)
    (other / "pack.yaml").write_text("title: {zh: 省, en: P}\nauthor: 省\norder: 10\n", encoding="utf-8")
    assert not write_pack()
    one = desk.decide(desk.submitted())
    assert write_pack() or (folder / "packs" / PACK / "pack.yaml").exists()
    assert not write_pack()
    assert [p for p in check_pack(folder / "packs" / PACK, [other]) if p.severity == "error"] == []
    Change._all.filter(pk=one.pk).update(state="withdrawn")
    assert write_pack()
    assert not (folder / "packs" / PACK).exists()
    assert other.exists()
