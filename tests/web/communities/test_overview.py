from datetime import date

import pytest
from django.utils import translation

from linli.assess import AssessOptions
from linli.web.assessments.models import ItemRow, ScoreRow
from linli.web.communities.figures import look_at, look_rows, runs_shown
from linli.web.communities.overview import first_ones, parts_of, reason_of, sheet_of, target_of, trend
from linli.web.communities.sums import add_up

pytestmark = pytest.mark.django_db


def test_places_below_are_ranked_by_their_mean_score(look):
    parts = parts_of(look)
    assert [part.place.level for part in parts] == ["street"] * 3
    assert [part.rank for part in parts] == [1, 2, 3]
    assert parts[0].score > parts[-1].score
    assert sum(part.communities for part in parts) == 12
    assert sum(part.residents for part in parts) == pytest.approx(add_up(look_rows(look)).residents.value)
    assert all(part.met == 0.0 for part in parts)


def test_in_one_street_the_communities_are_the_next_level(world):
    street = next(iter(world.paths.values())).rsplit("/", 2)[0] + "/"
    user = world.city.user("street", street)
    assert parts_of(look_at(user, runs_shown(user, None))) == ()


def test_a_place_without_scores_has_no_rank_and_comes_last(world, look):
    street = next(iter(world.paths.values())).rsplit("/", 2)[0] + "/"
    ScoreRow._all.filter(place__startswith=street).update(score=None, score_low=None, score_high=None)
    last = parts_of(look)[-1]
    assert (last.path, last.rank, last.score) == (street, None, None)


def test_who_comes_first_comes_with_the_reason(world, look):
    found = first_ones(look, 3)
    assert [one.rank for one in found] == [1, 2, 3]
    assert all(one.reason and not one.reason.startswith("第") for one in found)
    with translation.override("en"):
        assert not first_ones(look, 1)[0].reason.startswith("No.")
    row = ScoreRow._all.filter(run=look.run).first()
    row.priority_rank = None
    assert reason_of(row) == ""


def test_a_sheet_has_every_item_of_every_community(world, look):
    one = next(iter(world.paths.values()))
    ItemRow._all.filter(place=one, item="complete_community/nursery").delete()
    sheet = sheet_of(look)
    assert len(sheet.items) == sum(count for _, count in sheet.groups) == 20
    assert len(sheet.groups) == 6
    assert len(sheet.lines) == 12
    codes = {row.place: statuses for row, statuses in sheet.lines}
    assert codes[one][sheet.items.index("托儿所")] == "unknown"
    row, statuses = sheet.lines[3]
    assert statuses.count("met") == row.met


def test_rounds_that_compare_make_a_trend(world, look, earlier):
    earlier()
    user = look.user
    first, last = trend(look, runs_shown(user, None))
    assert (first.on.year, last.on.year) == (2024, 2025)
    assert last.scores.score - first.scores.score == pytest.approx(0.1, abs=0.02)
    assert (first.refused, first.told, last.refused) == ((), (), ())
    assert len(trend(look_at(user, runs_shown(user, None), code="2024"), runs_shown(user, None))) == 1


def test_rounds_that_do_not_compare_say_why(world, look, earlier):
    options = AssessOptions(standards=("living_circle",), met_share=0.8).model_dump(mode="json")
    run = earlier(options, unit="m2", catalogue_version="other")
    ScoreRow._all.filter(run=run).first().delete()
    first, _ = trend(look, runs_shown(look.user, None))
    assert [why[:4] for why in first.refused] == ["评估选项", "人口单位", "该轮未按"]
    assert first.told == ("规则目录版本不同，得分可能受影响。",)


def test_another_number_of_communities_is_told(world, look, earlier):
    run = earlier()
    one = next(iter(world.paths.values()))
    ScoreRow._all.filter(run=run, place=one).delete()
    assert trend(look, runs_shown(look.user, None))[0].told == ("该轮 11 个社区，本轮 12 个。",)


def test_the_target_is_that_in_force():
    assert target_of(date(2026, 1, 1)).value == 0.6
    assert target_of(date(2000, 1, 1)) is None
