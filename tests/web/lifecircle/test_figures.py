import numpy as np
import pandas as pd
import pytest

from linli.assess import load_assessment
from linli.web.lifecircle.choices import choices_of
from linli.web.lifecircle.figures import farthest_without, rows_of, totals_of, whole

CITY, DISTRICT = "3301/", "3301/330105/"


def test_who_has_it_who_has_not_and_who_may(stage, kit):
    (one,) = rows_of(stage, DISTRICT, stage.field("pharmacy"), 240.0, ())
    assert (one.code, one.path) == (kit.WITHIN, "3301/330105/330105011/330105011001/")
    # b0, b1, b2 within; b4 on no street, b3 presumed to hold as many as the others on average: may be either
    assert (one.whom.within, one.whom.without, one.whom.unknown) == (300, 0, 200)
    assert (one.whom.share, one.whom.low, one.whom.high) == (1.0, 0.6, 1.0)
    assert (one.bands["60_79"].within, one.bands["60_79"].unknown) == (60, 40)
    farther = rows_of(stage, CITY, stage.field("pharmacy"), 100.0, ("60_79", "80_plus"))
    assert [(row.whom.within, row.whom.without) for row in farther] == [(60, 30), (90, 60)]


def test_the_place_building_by_building(stage):
    totals = totals_of(stage, CITY, stage.field("pharmacy"), 100.0, ())
    assert (totals.buildings, totals.within, totals.without, totals.unknown) == (10, 500, 300, 100)
    assert (totals.uncounted, totals.lost) == (1, 100)
    assert totals_of(stage, DISTRICT, stage.field("pharmacy"), 100.0, ()).buildings == 5


def test_nobody_counted_is_unknown_and_not_zero(stage, monkeypatch):
    from dataclasses import replace

    need = replace(stage.need, certain=np.zeros_like(stage.need.certain))
    monkeypatch.setitem(vars(stage), "need", need)
    (one,) = rows_of(stage, DISTRICT, stage.field("pharmacy"), 100.0, ())
    assert (one.whom.within, one.whom.without, one.whom.share) == (None, None, None)


def test_buildings_without_most_people_first_and_never_those_outside(stage):
    field = stage.field("pharmacy")
    assert farthest_without(stage, CITY, field, 100.0, (), 9).tolist() == [2, 5, 6]
    assert farthest_without(stage, DISTRICT, field, 100.0, (), 9).tolist() == [2]
    assert farthest_without(stage, CITY, field, 100.0, (), 2).tolist() == [2, 5]


def test_it_counts_as_the_assessment_does(demo, demo_files):
    """Every community, facility type and level: the same figures as the run's own table of coverage."""
    stage, coverage = demo, load_assessment(demo_files.assessment).coverage
    for kind in ("pharmacy", "elderly_station", "kindergarten"):
        for metres in (300.0, 500.0, 1000.0):
            rows = rows_of(stage, "3301/", stage.field(kind), metres, ())
            ours = pd.DataFrame(
                [(row.code, row.whom.within, row.whom.share, row.whom.low, row.whom.high) for row in rows]
            )
            table = coverage[(coverage["type"] == kind) & (coverage["distance_m"] == metres)].sort_values(
                "community_id"
            )
            theirs = table[["community_id", "residents_within", "share", "share_low", "share_high"]]
            assert ours.to_numpy().tolist() == theirs.to_numpy().tolist()


def test_the_choices_are_the_same_for_everybody(demo):
    assert choices_of(demo).kinds.keys() >= {"pharmacy", "canteen"}


@pytest.mark.parametrize(("value", "told"), [(None, None), (np.nan, None), (np.inf, None), (3.0, 3), (0.12345, 0.123)])
def test_numbers_for_the_browser(value, told):
    assert whole(value) == told
    assert type(whole(value)) is type(told)
