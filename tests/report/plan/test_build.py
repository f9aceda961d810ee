import math

import pytest

from linli.report.plan import build_plan_book

SUMMED = ("residents", "before", "after")


def close(a, b):
    assert a == pytest.approx(b)


def test_every_chosen_option_is_a_project_once(plan_book, proposal):
    assert sorted(p.option_id for p in plan_book.projects) == sorted(proposal.plan.chosen["option_id"])
    assert [p.number for p in plan_book.projects] == list(range(1, len(plan_book.projects) + 1))


def test_projects_come_by_year(plan_book):
    years = [p.start_year if p.start_year is not None else 9999 for p in plan_book.projects]
    assert years == sorted(years)


def test_projects_have_the_years_of_the_programme(plan_book, proposal):
    table = proposal.programme.projects.set_index("option_id")
    for p in plan_book.projects:
        start = table.loc[p.option_id, "start_year"]
        assert (p.start_year is None and math.isnan(start)) or p.start_year == start
        assert p.postponed == table.loc[p.option_id, "reason"]


def test_what_is_paid_by_whom_adds_up_to_the_cost(plan_book, proposal):
    for p in plan_book.projects:
        close(p.subsidy_yuan + p.other_yuan + p.own_yuan, p.cost_yuan)
    table = proposal.co_funding
    close(plan_book.city.sums.subsidy_yuan, table[table["source"] == "subsidy"]["yuan"].sum())
    close(plan_book.city.sums.other_yuan, table[table["source"] != "subsidy"]["yuan"].sum())


def test_districts_add_up_to_the_city(plan_book):
    city, parts = plan_book.city, plan_book.districts
    assert len(parts) == 2
    assert sum(len(d.projects) for d in parts) == len(city.projects)
    assert sum(len(d.communities) for d in parts) == len(city.communities)
    for name in ("floor_area_m2", "site_area_m2", "cost_yuan", "subsidy_yuan", "own_yuan", "gaining", "lacking_after"):
        close(sum(getattr(d.sums, name) for d in parts), getattr(city.sums, name))
    for key, change in city.changes.items():
        for name in SUMMED:
            close(sum(getattr(d.changes[key], name) for d in parts if key in d.changes), getattr(change, name))
    close(sum(c.yuan for d in parts for c in d.cash), sum(c.yuan for c in city.cash))
    close(sum(w.residents for d in parts for w in d.without), sum(w.residents for w in city.without))
    for position, step in enumerate(city.years):
        for name in ("started", "opened", "yuan", "residents", "old_young"):
            close(sum(getattr(d.years[position], name) for d in parts), getattr(step, name))


def test_communities_add_up_to_the_city(plan_book):
    for key, change in plan_book.city.changes.items():
        for name in SUMMED:
            close(
                sum(getattr(c.changes[key], name) for c in plan_book.communities if key in c.changes),
                getattr(change, name),
            )
    assert sum(len(c.projects) for c in plan_book.communities) == len(plan_book.projects)


def test_the_city_is_the_plans_table(plan_book, proposal):
    table = proposal.plan.coverage
    for (item, requirement, band), rows in table.groupby(["item", "requirement", "band"]):
        change = plan_book.city.changes[f"{item}.{requirement}", band]
        close(change.residents, rows["residents"].sum())
        close(change.newly, rows["newly"].sum())


def test_needs_over_all_requirements(plan_book, proposal):
    need = proposal.plan.coverage[proposal.plan.coverage["band"] == "need"]
    needs = plan_book.city.sums.needs
    close(needs.residents, need["residents"].sum())
    close(needs.newly, proposal.plan.served["residents"].sum())
    close(needs.without, proposal.plan.without["residents"].sum())
    close(sum(p.served for p in plan_book.projects), needs.newly)


def test_a_band_counts_under_what_concerns_it(plan_book):
    adults = plan_book.city.changes["", "15_59"]
    changes = plan_book.city.changes
    for_all = [one.key for one in plan_book.requirements if not one.bands and (one.key, "15_59") in changes]
    assert len(for_all) < len([key for key in changes if key[1] == "15_59"]) - 1
    close(adults.residents, sum(changes[key, "15_59"].residents for key in for_all))


def test_years_agree_with_the_programme(plan_book, proposal):
    by_year = proposal.programme.service.groupby("year")[["residents", "old_young"]].sum()
    for step in plan_book.city.years:
        if step.year in by_year.index:
            close(step.residents, by_year.loc[step.year, "residents"])
            close(step.old_young, by_year.loc[step.year, "old_young"])
    projects = proposal.programme.projects
    assert sum(step.started for step in plan_book.city.years) == projects["start_year"].notna().sum()


def test_cash_adds_up_to_the_cost_of_what_is_scheduled(plan_book):
    scheduled = sum(p.cost_yuan for p in plan_book.projects if p.start_year is not None)
    close(sum(c.yuan for c in plan_book.city.cash), scheduled)


def test_the_citys_own_fund_stands_with_the_whole_only(plan_book):
    assert any(fund.source == "city" for fund in plan_book.city.funds)
    assert all(fund.source == "district" for d in plan_book.districts for fund in d.funds)


def test_accounts_of_districts_add_up(plan_book, proposal):
    table = proposal.operating_balances.set_index(["level", "id"])
    whole = plan_book.city.account
    close(whole.balance_yuan, table.loc[("all", "all"), "balance_yuan"])
    close(whole.self_financing_ratio, table.loc[("all", "all"), "self_financing_ratio"])
    close(sum(d.account.cost_yuan for d in plan_book.districts if d.account), whole.cost_yuan)
    close(sum(s.yuan for s in plan_book.city.streams if s.side == "earned"), whole.earned_yuan)


def test_a_subsidy_brings_its_steps_and_payments(plan_book):
    known = [s for s in plan_book.city.subsidies if s.eligible]
    assert known
    for one in known:
        assert len(one.steps) == 3
        close(sum(p.amount_yuan for p in one.payments), one.amount_yuan)
    unknown = [s for s in plan_book.city.subsidies if s.eligible is None]
    assert all(math.isnan(s.amount_yuan) and s.reason["zh"] for s in unknown)


def test_order_names_options_outside_the_plan_too(plan_book):
    assert all(row["type"] and row["place_name"] for row in plan_book.order)


def test_titles_of_requirements_differ(plan_book):
    for lang in ("zh", "en"):
        titles = [one.title[lang] for one in plan_book.requirements]
        assert len(set(titles)) == len(titles)


def test_without_unit_costs_there_is_no_money(bare_book):
    assert not bare_book.costed
    assert math.isnan(bare_book.city.sums.cost_yuan)
    assert bare_book.city.sums.unpriced == len(bare_book.projects) > 0
    assert bare_book.city.sums.floor_area_m2 > 0
    assert not bare_book.city.cash


def test_without_a_programme_there_are_no_years(bare_book):
    assert bare_book.programme is None
    assert not bare_book.programme_years
    assert not bare_book.city.years
    assert bare_book.city.sums.scheduled is None
    assert all(p.start_year is None for p in bare_book.projects)


def test_a_plan_that_chooses_nothing(empty_book):
    sums = empty_book.city.sums
    assert (sums.projects, sums.gaining, sums.needs.newly) == (0, 0.0, 0.0)
    assert sums.lacking_before == sums.lacking_after > 0
    assert not empty_book.costed


def test_nothing_given_is_changed(proposal, two_districts, judged, catalogue):
    before = {name: table.copy() for name, table in {**proposal.tables, **proposal.plan.tables}.items()}
    build_plan_book(proposal, two_districts, judged, catalogue)
    for name, table in {**proposal.tables, **proposal.plan.tables}.items():
        assert table.equals(before[name]), name
