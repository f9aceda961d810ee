import pytest
from django.utils import translation

from linli.web.accounts.models import Place
from linli.web.assessments.areas import Areas, area_filters, community_name
from linli.web.assessments.models import ScoreRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(world):
    return ScoreRow._all.filter(run=world.run, standard="complete_community").select_related("community")


def test_a_row_says_its_community_and_what_lies_above(rows):
    row = rows.get(community__code="330199001002")
    areas = Areas()
    assert areas.name(row) == ""
    areas.read(rows)
    assert areas.name(row) == "邻里示范区 › 漱潭街道"
    assert community_name(row) == "沁台社区"
    row.community.name_en = "Qintai"
    with translation.override("en"):
        assert community_name(row) == "Qintai"
    assert [column.key for column in areas.columns()] == ["community", "area", "code"]
    assert areas.columns()[0].link(row) == "/communities/330199001002/"


def test_rows_are_found_by_name_code_and_street(world, rows):
    Place._all.filter(code="330199001002").update(name_en="Qintai")
    by_name, by_area = area_filters(world.city.user("planner", "3301/"), world.run)
    for asked in ("沁台", "qint", "330199001002"):
        assert by_name.apply(rows, asked).get().community.code == "330199001002"
    streets = dict(by_area.choices())
    assert streets["3301/330199/330199001/"] == "邻里示范区 › 漱潭街道"
    assert by_area.apply(rows, "3301/330199/330199001/").count() == 4


def test_one_chooses_among_the_streets_within_ones_reach(world):
    street = world.city.user("street", "3301/330199/330199002/")
    _, by_area = area_filters(street, world.run)
    assert [path for path, _ in by_area.choices()] == ["3301/330199/330199002/"]
