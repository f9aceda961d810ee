import math

import pytest

from linli.report.build import build_book
from linli.rules import load_catalogue
from linli.web.assessments.models import ItemRow, Run, ScoreRow
from linli.web.assessments.selectors import survey_of, tables_of
from linli.web.communities.figures import item_sums, look_at, look_rows, look_scores, look_sums, runs_shown
from linli.web.communities.sums import STATUSES, add_up, by_step
from linli.web.moment import moment

pytestmark = pytest.mark.django_db
DISTRICT = "3301/330199/"


@pytest.fixture
def book(world):
    return build_book(tables_of(world.run), survey_of(world.run), load_catalogue())


def test_sums_are_those_of_the_library(look, book):
    sums, theirs = add_up(look_rows(look)), book.figures[look.standard]
    assert look.standard == "complete_community"
    assert sums.communities == theirs.communities == 12
    assert sums.residents.value == pytest.approx(theirs.residents)
    assert sums.residents.unknown == 0
    assert (sums.score, sums.low, sums.high) == pytest.approx((theirs.score, theirs.low, theirs.high))
    assert sums.items == theirs.counts
    assert look_sums(look) == {"": sums}
    scores = look_scores(look)
    assert (scores.communities, scores.score, scores.low, scores.high) == (12, sums.score, sums.low, sums.high)


def test_items_are_those_of_the_library(look, book):
    found = {one.item: one for one in item_sums(look)}
    for item in book.standard(look.standard).items:
        assert dict(zip(STATUSES, found[item.id].counts, strict=True)) == book.status_counts[item.id]
    reached = [one for one in found.values() if one.reached is not None]
    assert reached
    assert all(0 <= one.reached <= 1 for one in reached)


def test_a_community_that_falls_short_is_told_from_one_that_nobody_knows(look):
    for row in look_rows(look):
        items = ItemRow._all.filter(run=look.run, standard=look.standard, place=row.place)
        counting = items.exclude(verb="where_possible")
        assert row.short == counting.filter(status__in=("not_met", "partly")).count()
        assert row.open == counting.filter(status="unknown").count()


def test_streets_add_up_to_their_district(look):
    rows = look_rows(look)
    streets = look_sums(look, 3)
    assert {path: add_up(some) for path, some in by_step(rows, 3).items()} == streets
    assert len(streets) > 1
    assert sum(one.communities for one in streets.values()) == len(rows)


def test_one_sees_ones_own_places_only(world):
    street = next(iter(world.paths.values())).rsplit("/", 2)[0] + "/"
    user = world.city.user("street", street)
    rows = look_rows(look_at(user, runs_shown(user, None)))
    assert rows
    assert all(row.place.startswith(street) for row in rows)
    elsewhere = world.city.user("district_office", "3301/330106/")
    assert look_rows(look_at(elsewhere, runs_shown(elsewhere, None))) == ()
    nobody = world.city.user("security_admin")
    assert look_rows(look_at(nobody, [world.run])) == ()


def test_a_place_narrows_and_a_round_is_chosen(world, look):
    assert look_at(look.user, [], place="3301/") is None
    assert runs_shown(look.user, "4401/") == []
    assert look_at(look.user, runs_shown(look.user, DISTRICT), standard="living_circle").standard == "living_circle"
    assert look_at(look.user, runs_shown(look.user, DISTRICT), standard="no_such", code="1999").run == world.run
    assert look_rows(look_at(look.user, runs_shown(look.user, DISTRICT), place="3301/330105/")) == ()


def test_few_queries_and_none_the_second_time(look, django_assert_num_queries):
    with moment():
        assert look.user.rights.places
        with django_assert_num_queries(2):
            look_rows(look)
        with django_assert_num_queries(0):
            look_rows(look)
            item_sums(look)


def test_the_unknown_stays_unknown(world, look):
    one = next(iter(world.paths.values()))
    ScoreRow._all.filter(place=one).update(residents=None, score=None, score_low=None, score_high=None)
    sums = add_up(look_rows(look))
    assert (sums.residents.unknown, sums.unscored) == (1, 1)
    assert math.isfinite(sums.score)
    assert Run._all.count() == 1
