import openpyxl
import pytest
from django.utils import translation

from linli.survey.intake import read_intake
from linli.survey.read import facility_choices
from linli.web.accounts.models import Place
from linli.web.imports import handout
from linli.web.imports.handout import make_handout
from linli.web.places.models import LAYERS
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path):
    def do(user, path, *more, **options):
        made = make_handout(user, Place.objects.get(path=path), *more, **options)
        with made.file, (tmp_path / "t.xlsx").open("wb") as file:
            file.write(made.file.read())
        return made, tmp_path / "t.xlsx"

    return do


def read(path):
    return read_intake(path, "t.xlsx", "xlsx", facility_choices(site_catalogue()), layers=LAYERS)


def test_a_template_holds_what_the_register_holds_there(kit, street, take):
    made, path = take(street, kit.STREET)
    assert made.rows == {**dict.fromkeys(LAYERS, 0), "communities": 2, "facilities": 3}
    assert made.name.startswith("和睦街道-调查表-")
    intake = read(path)
    assert intake.layers["facilities"]["facility_id"].tolist() == ["F1", "F2", "G1"]
    assert intake.marks["facilities"] == {"F1": 1, "F2": 1, "G1": 1}
    assert intake.about["place"] == kit.STREET
    assert intake.about["filled"] == "yes"
    assert street.username in intake.about["made_by"]
    assert not [one for one in intake.problems if one.severity == "error"]


def test_a_communitys_template_holds_only_its_own(kit, worker, take):
    _, path = take(worker, kit.HEMU)
    assert read(path).layers["facilities"]["facility_id"].tolist() == ["F1", "F2"]
    dictionary = openpyxl.load_workbook(path)["字典"]
    columns = {cell.value: cell.column for cell in dictionary[1]}
    listed = [dictionary.cell(row, columns["dict_communities"]).value for row in (2, 3)]
    assert listed == [kit.CODES["hemu"], None]


def test_closed_records_are_not_handed_out(kit, street, take):
    from linli.web.audit.actor import system_actor
    from linli.web.places.models import Record
    from linli.web.places.services import record_close

    record_close(actor=system_actor("x"), record=Record._all.get(key="F1"), base_version=1, source="form", reason="x")
    assert take(street, kit.STREET)[0].rows["facilities"] == 2


def test_an_empty_template_and_some_layers_in_english(kit, street, take):
    translation.activate("en")
    made, path = take(street, kit.STREET, ("rooms", "facilities"), filled=False)
    assert made.rows == {}
    assert made.name.startswith("Hemu Street-survey-")
    assert openpyxl.load_workbook(path).sheetnames == [
        "help",
        "facilities",
        "rooms",
        "examples",
        "dictionary",
        "_linli",
    ]
    assert read(path).about["filled"] == "no"


def test_only_what_a_person_may_export_is_filled_in(kit, register, take):
    reader = register.user("auditor", "3301/")
    assert sum(take(reader, kit.STREET)[0].rows.values()) == 0


def test_a_place_that_is_too_large_is_taken_in_parts(kit, street, monkeypatch):
    monkeypatch.setattr(handout, "MOST_ROWS", 4)
    with pytest.raises(Refused, match="4"):
        make_handout(street, Place.objects.get(path=kit.STREET))
