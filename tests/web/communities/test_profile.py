from dataclasses import replace

import pytest

from linli.web.assessments.models import ItemRow, ScoreRow
from linli.web.communities import profile
from linli.web.communities.figures import look_at, runs_shown
from linli.web.communities.portrait import portrait_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(world, look):
    """The fourth community: `look`, `rows`, `portrait`."""
    code, path = list(world.paths.items())[3]
    rows = list(ScoreRow._all.filter(run=world.run, place=path).order_by("standard"))
    return replace(look, place=path), rows, portrait_of(world.run, code)


def test_figures_have_grade_range_and_rank(one):
    look, rows, portrait = one
    figures = profile.figures_of(look, rows, portrait)
    assert [f.title for f in figures][:2] == ["居民", "户数"]
    assert figures[2].note.startswith(f"{rows[0].grade} 级 · 区间")
    assert figures[2].note.endswith(f"第 {rows[0].rank} / 12 位")
    assert figures[-1].value == f"{rows[0].priority_rank} / 12"
    assert profile.figures_of(look, [], portrait) == []
    rows[0].residents = rows[0].score = rows[0].priority_rank = None
    rows[0].grade, rows[0].rank = "", None
    unknown = profile.figures_of(look, rows, None)
    assert unknown[0].value == unknown[2].value == "待补"


def test_gaps_come_worst_first_and_link_to_their_item(one):
    _, _, portrait = one
    gaps, more = profile.gaps_of(portrait, "complete_community")
    assert len(gaps) == 10
    assert len(gaps) + more == sum(
        i["status"] in {"not_met", "partly"} for i in portrait["items"]["complete_community"]
    )
    assert [gap.status for gap in gaps] == sorted((gap.status for gap in gaps), key=["not_met", "partly"].index)
    assert (gaps[0].standard, gaps[0].item) == ("complete_community", f"complete_community/{gaps[0].slug}")
    assert profile.gaps_of(portrait, "no_such") == ([], 0)


def test_items_stand_under_their_groups(one):
    _, _, portrait = one
    found = profile.items_of(portrait)
    assert [standard for standard, _, _ in found] == ["complete_community", "living_circle"]
    groups = found[0][2]
    assert len(groups) == 6
    assert sum(len(items) for _, items in groups) == 20


def test_charts_of_haves_scenes_and_ages(one):
    look, _, portrait = one
    haves = profile.means_chart(look, portrait["haves"][look.standard], "六个有", look.standard)
    assert [row["label"][:4] for row in haves["rows"]][:2] == ["基本公共", "便民商业"]
    assert all(row["low"] <= row["value"] <= row["high"] for row in haves["rows"] if row["value"] is not None)
    assert len(profile.means_chart(look, portrait["scenes"], "九场景")["rows"]) == 9
    assert profile.means_chart(look, (), "x") is None
    ages = profile.ages_chart(look, portrait)
    assert len(ages["rows"]) == 6
    assert profile.ages_chart(look, {"bands": dict.fromkeys(portrait["bands"])}) is None


def test_supply_is_in_the_language_of_the_page(one):
    rows = profile.supply_of(one[2])
    assert any(row["name"] == "托儿所" for row in rows)
    assert all(isinstance(row["within"], str) for row in rows)


def test_peers_outside_the_jurisdiction_are_named_without_figures(world, one):
    look, _, portrait = one
    peers = profile.peers_of(look, portrait["peers"], look.options.standards)
    assert [peer.place.code for peer in peers] == portrait["peers"]
    assert all(peer.may and len(peer.scores) == 2 for peer in peers)
    worker = world.city.user("community_worker", look.place)
    outside = profile.peers_of(replace(look, user=worker), portrait["peers"], look.options.standards)
    assert [peer.may for peer in outside] == [False] * len(peers)
    assert {score for peer in outside for score in (peer.residents, *peer.scores)} == {""}


def test_what_changed_since_the_round_before(one, earlier):
    look, _, _ = one
    before = earlier()
    item = "complete_community/nursery"
    ItemRow._all.filter(run=before, place=look.place, item=item).update(status="met")
    changes, refused, _ = profile.changes_since(look, before)
    now = ItemRow._all.get(run=look.run, place=look.place, item=item).status
    assert [(one.title, one.before, one.after) for one in changes] == [("托儿所", "met", now)]
    assert refused == ()
    before.unit = "m2"
    assert profile.changes_since(look, before)[:2] == ([], ("人口单位不同。",))


def test_a_look_is_chosen_by_place(world):
    user = world.city.user("city_office")
    path = next(iter(world.paths.values()))
    assert look_at(user, runs_shown(user, path), place=path).place == path
