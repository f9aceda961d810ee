import pytest

from linli.report.formats import Format
from linli.report.plan import phrases
from linli.report.plan.words import plan_words


@pytest.fixture(params=["zh", "en"])
def fmt(request):
    return Format(plan_words(request.param))


def test_the_lead_holds_the_figures_of_the_plan(plan_book, fmt):
    lead, sums = phrases.part_lead(plan_book, plan_book.city, fmt), plan_book.city.sums
    for figure in (sums.projects, sums.places):
        assert str(figure) in lead
    assert fmt.folk(sums.gaining) in lead
    assert fmt.pct(sums.needs.share_after) in lead
    assert fmt.n(sums.needs.without) in lead


def test_without_costs_no_price_is_told(bare_book, fmt):
    lead = phrases.part_lead(bare_book, bare_book.city, fmt)
    assert fmt.words("money.unset") not in lead
    assert "m²" in lead
    assert any(card["value"] == fmt.words("money.unset") for card in phrases.part_cards(bare_book, bare_book.city, fmt))


def test_what_a_reader_has_to_know(bare_book, plan_book, fmt):
    told = phrases.read_first(bare_book, fmt)
    assert fmt.words("lead.no_programme") in told
    assert any(plan_book.left_out[0][fmt.words.lang] in line for line in phrases.read_first(plan_book, fmt))


def test_nothing_chosen_is_said(empty_book, fmt):
    assert phrases.part_lead(empty_book, empty_book.city, fmt).startswith(fmt.words("lead.nothing"))


def test_status_bound_gap_solver_and_versions(plan_book, fmt):
    rows = {row["name"]: row["value"] for row in phrases.result_rows(plan_book, fmt)}
    plan = plan_book.plan
    assert rows[fmt.words("result.solver")] == plan["solver"]
    assert rows[fmt.words("result.rules")] == plan["catalogue_version"]
    assert fmt.n(plan["bound"]) in rows[fmt.words("result.bound")]
    assert rows[fmt.words("result.status")] == phrases.status_text(plan["status"], fmt)
    assert fmt.words("result.programme") in rows


def test_choices_in_words(plan_book, fmt):
    rows = {row["name"]: row["value"] for row in phrases.choice_rows(plan_book, fmt)}
    assert "4,200" in rows[fmt.words("choice_plan.unit_costs")]
    assert rows[fmt.words("choice_plan.old_young_weight")] == "2"
    assert "any" not in rows[fmt.words("choice_plan.unit_costs")].split()


def test_why_in_words(fmt):
    assert phrases.why("budget", fmt) != "budget"
    assert phrases.refusal("too_small", fmt) != "too_small"
    assert phrases.unplanned_reason("not_reach", fmt) == fmt.words("unplanned.not_reach")
    assert "unset:a/b" in phrases.unplanned_reason("unset:a/b", fmt)


def test_every_community_can_be_spoken_of(plan_book, fmt):
    for community in plan_book.communities:
        assert community.name in phrases.community_lead(community, fmt)
        assert len(phrases.community_cards(plan_book, community, fmt)) == 6


def test_need_lead(plan_book, fmt):
    change = plan_book.city.changes[plan_book.requirements[0].key, "need"]
    assert fmt.folk(change.newly) in phrases.need_lead(change, fmt)
    assert phrases.need_lead(None, fmt) == fmt.words("note_plan.nothing_without")
