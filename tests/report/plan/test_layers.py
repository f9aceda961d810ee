import pyogrio
import pytest

from linli.report.plan.layers import LAYERS, write_plan_layers


@pytest.fixture(scope="module")
def written(plan_book, two_districts, tmp_path_factory):
    return write_plan_layers(plan_book, two_districts, tmp_path_factory.mktemp("layers") / "plan.gpkg")


def test_every_layer_with_its_geometry(written):
    assert dict(pyogrio.list_layers(written).tolist()) == LAYERS


def test_the_rows_are_the_plans(written, plan_book):
    places = pyogrio.read_dataframe(written, layer="places")
    assert places["option_id"].tolist() == [p.option_id for p in plan_book.projects]
    assert places["cost_yuan"].sum() == pytest.approx(plan_book.city.sums.cost_yuan)
    assert str(places.crs) == "EPSG:4326"
    communities = pyogrio.read_dataframe(written, layer="communities")
    assert communities["needs_after"].sum() == pytest.approx(plan_book.city.sums.needs.after)
    without = pyogrio.read_dataframe(written, layer="without")
    assert without["residents"].sum() == pytest.approx(plan_book.city.sums.needs.without)
    served = pyogrio.read_dataframe(written, layer="served")
    assert len(served) == len(plan_book.served)
    assert served["residents"].sum() == pytest.approx(plan_book.city.sums.needs.newly)


def test_a_link_leads_from_home_to_project(written, plan_book):
    served = pyogrio.read_dataframe(written, layer="served")
    by_number = {p.number: p for p in plan_book.projects}
    for row in served.head(20).itertuples():
        end = row.geometry.coords[-1]
        assert end == pytest.approx((by_number[row.number].x, by_number[row.number].y))


@pytest.mark.parametrize("which", ["bare_book", "empty_book"])
def test_without_money_or_projects_the_layers_are_there(which, request, two_districts, tmp_path):
    path = write_plan_layers(request.getfixturevalue(which), two_districts, tmp_path / "p.gpkg")
    assert {name for name, _ in pyogrio.list_layers(path)} == set(LAYERS)
