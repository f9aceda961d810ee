import pytest

from linli.report.plan.homes import find_homes


@pytest.fixture(scope="module")
def homes(two_districts, judged, catalogue, proposal):
    return find_homes(two_districts, judged, catalogue, proposal.plan)


def test_needs_by_building_add_up_to_the_plan(homes, proposal):
    need = proposal.plan.coverage[proposal.plan.coverage["band"] == "need"]
    inside = homes.buildings[homes.buildings["community_id"].notna()]
    assert inside["needs"].sum() == pytest.approx(need["residents"].sum())
    assert inside["before"].sum() == pytest.approx(need["before"].sum())
    assert inside["after"].sum() == pytest.approx(need["after"].sum())


def test_who_is_left_is_whom_the_plan_says_is_left(homes, proposal):
    left = homes.needs[~homes.needs["newly"].astype(bool)]
    assert left["residents"].sum() == pytest.approx(proposal.plan.without["residents"].sum())
    by_community = left.groupby("community_id")["residents"].sum()
    told = proposal.plan.without.groupby("community_id")["residents"].sum()
    for key, value in told.items():
        assert by_community.get(key, 0.0) == pytest.approx(value)


def test_newly_served_rows_are_the_plans(homes, proposal):
    new = homes.needs[homes.needs["newly"].astype(bool)]
    assert len(new) == len(proposal.plan.served)
    assert new["residents"].sum() == pytest.approx(proposal.plan.served["residents"].sum())


def test_people_are_counted_once(homes):
    table = homes.buildings
    assert (table["gaining"] <= table["residents"] + 1e-9).all()
    assert (table["lacking_after"] <= table["lacking_before"] + 1e-9).all()
    assert (table["gaining_old_young"] <= table["gaining"] + 1e-9).all()
    assert 0 < table["gaining"].sum() < homes.needs[homes.needs["newly"].astype(bool)]["residents"].sum()


def test_facilities_given_up_serve_nobody(two_districts, judged, catalogue, proposal):
    facilities = two_districts.layers["facilities"]
    health = facilities[facilities["type"] == "health_station"]["facility_id"].astype(str)
    choices = proposal.plan.meta.choices.model_copy(update={"close": tuple(health)})
    plan = proposal.plan
    closed = type(plan)(plan.meta.model_copy(update={"choices": choices}), **plan.tables)
    before = find_homes(two_districts, judged, catalogue, closed).buildings["before"].sum()
    assert before < find_homes(two_districts, judged, catalogue, plan).buildings["before"].sum()


def test_without_ages_the_old_and_young_are_unknown(two_districts, catalogue):
    from linli.assess import AssessOptions, assess
    from linli.improve.choices import ImproveOptions
    from linli.improve.plan import make_plan
    from linli.survey import make_survey
    from linli.units import AGE_BANDS, residents_column

    columns = [residents_column(band) for band in AGE_BANDS]
    layers = {
        name: layer.assign(**dict.fromkeys([c for c in columns if c in layer], float("nan")))
        for name, layer in two_districts.layers.items()
    }
    survey = make_survey(layers, two_districts.manifest)
    judged = assess(survey, catalogue, AssessOptions())
    plan = make_plan(survey, judged, catalogue, ImproveOptions(max_projects=3))
    table = find_homes(survey, judged, catalogue, plan).buildings
    assert table["gaining"].sum() > 0
    assert table["gaining_old_young"].isna().all()
