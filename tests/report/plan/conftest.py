"""A proposal for the small hostile district: two districts, costs, a programme; and one in m² and counts alone."""

from dataclasses import replace

import pandas as pd
import pytest

from linli.assess import AssessOptions, assess
from linli.improve.choices import BudgetLine, ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.improve.explore import budget_frontier, shadow_prices
from linli.improve.options import find_options
from linli.improve.plan import plan_options
from linli.improve.programme import make_programme
from linli.improve.proposal import COLUMNS, Proposal, ProposalMeta, as_table
from linli.report.context import report_context
from linli.report.figures import gather
from linli.report.options import ReportOptions
from linli.report.plan import PlanFigures, build_plan_book
from linli.report.plan.words import plan_words
from linli.survey import make_survey

UNIT_COSTS = {"reallocate": {"any": 300.0}, "convert": {"any": 1800.0}, "build": {"any": 4200.0}}
YEARS = (2026, 2027, 2028)


def with_districts(survey, names=("东区", "西区 <b>")):
    communities = survey.layers["communities"].copy()
    half = len(communities) // 2
    communities["district"] = [names[0] if i < half else names[1] for i in range(len(communities))]
    return make_survey({**survey.layers, "communities": communities}, survey.manifest)


def empty_tables():
    return {name: as_table(name) for name in COLUMNS}


def meta_of(plan, survey):
    return ProposalMeta(
        name=dict(plan.meta.name),
        unit=plan.meta.unit,
        choices=ProposalOptions(),
        residents=0.0,
        old_young=0.0,
        cost_yuan=None,
        step_yuan=1_000_000.0,
        catalogue_version=plan.meta.catalogue_version,
        packs=(),
        survey_digest=plan.meta.survey_digest,
        code_version="0",
    )


def frontier_tables(options, assessment, budget):
    found = budget_frontier(options, assessment, [budget * k / 6 for k in range(7)])
    table = found.table
    frontier = pd.DataFrame(
        {
            "budget_yuan": table["limit"],
            "cost_yuan": table["used"],
            "objective": table["objective"],
            "bound": table["bound"],
            "gap": table["gap"],
            "projects": table["n_chosen"],
            "status": table["status"],
        }
    )
    steps = shadow_prices(found, 1_000_000.0)
    steps = steps.assign(gained_bound=steps["gained_high"], per_step_yuan=steps["per_step"])
    return {"frontier": as_table("frontier", frontier), "shadow": as_table("shadow", steps)}


def subsidy_tables(plan):
    rows, steps, payments = [], [], []
    first = plan.chosen.drop_duplicates("community_id")
    for i, row in enumerate(first.to_dict("records")):
        key, known = row["community_id"], i % 2 == 0
        rows.append(
            {
                "community_id": key, "district": row["district"], "estate_ids": "E1;E2", "area_m2": 20_000.0,
                "input_cost_yuan": 5e6, "average_cost_yuan_m2": 250.0, "cap_yuan_m2": 300.0, "base_yuan_m2": 250.0,
                "ratio": 0.5 if known else float("nan"), "eligible": True if known else pd.NA,
                "amount_yuan": 2.5e6 if known else float("nan"), "ordinary_yuan": 1e5, "certainty": "recalled",
                "reason_zh": "符合条件" if known else "补助比例未填",
                "reason_en": "eligible" if known else "the ratio is unset",
            }
        )  # fmt: skip
        steps += [
            {
                "community_id": key, "number": number, "code": "base", "amount": 250.0, "unit": "yuan_per_m2",
                "zh": f"第{number}步：基数取低者", "en": f"step {number}: the lower of the two",
                "clause": "二（三）", "certainty": "recalled",
            }
            for number in (1, 2, 3)
        ]  # fmt: skip
        if known:
            for event, share, year in (("start", 0.5, 2026.0), ("acceptance", 0.5, 2028.0)):
                payments.append(
                    {
                        "community_id": key, "event": event, "title_zh": "开工", "title_en": "start", "share": share,
                        "amount_yuan": share * 2.5e6, "year": year,
                    }
                )  # fmt: skip
    tables = {"subsidies": rows, "subsidy_steps": steps, "payments": payments}
    return {name: as_table(name, found) for name, found in tables.items()}


def operating_tables(plan):
    lines, balances = [], []
    for i, row in enumerate(plan.chosen.to_dict("records")):
        area = max(row["floor_area_m2"], 30.0)
        amounts = {("earned", "fees"): 40.0 * area * (1 + i % 3), ("subsidy", "subsidy"): 5.0 * area}
        amounts |= {
            ("cost", "wages"): 50.0 * area,
            ("cost", "energy"): 8.0 * area,
            ("cost", "depreciation"): 6.0 * area,
        }
        who = {"facility_id": row["option_id"], "community_id": row["community_id"], "type": row["type"]}
        for (side, stream), yuan in amounts.items():
            lines.append({**who, "line": stream, "side": side, "stream": stream, "yuan": yuan, "words_zh": "面积×单价"})
    table = as_table("operating_lines", lines)
    for level, keys in (("facility", "facility_id"), ("community", "community_id"), ("all", None)):
        groups = table.groupby(keys) if keys else [("all", table)]
        for key, rows in groups:
            sums = rows.groupby("side")["yuan"].sum()
            earned, subsidy, cost = (float(sums.get(side, 0.0)) for side in ("earned", "subsidy", "cost"))
            balances.append(
                {
                    "id": key, "level": level, "earned_yuan": earned, "subsidy_yuan": subsidy,
                    "income_yuan": earned + subsidy, "cost_yuan": cost, "depreciation_yuan": cost * 6 / 64,
                    "balance_yuan": earned + subsidy - cost, "capital_yuan": 0.0,
                    "self_financing_ratio": earned / cost, "subsidy_dependence": subsidy / (earned + subsidy),
                }
            )  # fmt: skip
    total = balances[-1]["balance_yuan"]
    spans = [("occupancy", 0.3), ("wage", 0.2), ("price", 0.1), ("energy", 0.05)]
    tornado = [
        {"measure": "balance", "lever": lever, "swing": 0.2, "base": total, "at_low": total - share * abs(total) * 2,
         "at_high": total + share * abs(total), "width": share * abs(total) * 3}
        for lever, share in spans
    ]  # fmt: skip
    modes = [
        {"mode": name, "title_zh": zh, "title_en": en, "earned_yuan": 1e5, "subsidy_yuan": 2e4, "cost_yuan": 1.1e5,
         "balance_yuan": yuan, "self_financing_ratio": 0.9, "subsidy_dependence": 0.16, "npv_yuan": yuan * 60}
        for name, zh, en, yuan in (
            ("integrated", "一体化运营", "integrated operator", 9e3),
            ("social", "社会组织", "social organisation", -4e3),
        )
    ]  # fmt: skip
    ranges = [
        {"measure": "balance", "id": "all", "base": total, "mean": total, "p05": total - 9e3, "p25": total - 4e3,
         "p50": total, "p75": total + 4e3, "p95": total + 9e3, "loss_share": 0.3}
    ]  # fmt: skip
    worth = [{"id": "all", "level": "all", "npv_yuan": 3e6, "payback_years": 7.5}]
    flows = [{"year": year, "yuan": -5e6 if year == 0 else 9e5} for year in range(9)]
    tables = {"operating_balances": balances, "operating_tornado": tornado, "operating_modes": modes}
    tables |= {"operating_range": ranges, "operating_worth": worth, "operating_flows": flows}
    return {"operating_lines": table, **{name: as_table(name, rows) for name, rows in tables.items()}}


def alternative_rows(plan):
    need = plan.coverage[plan.coverage["band"] == "need"][["residents", "before", "after"]].sum()
    rows = []
    for i, (name, zh, en) in enumerate(
        (
            ("chosen", "推荐方案", "as chosen"),
            ("no_building", "不新建", "no building"),
            ("half", "一半资金", "half the money"),
        )
    ):
        gained = (need["after"] - need["before"]) * (1 - 0.3 * i)
        rows.append(
            {
                "name": name, "zh": zh, "en": en, "projects": len(plan.chosen) - 3 * i, "cost_yuan": 5e6 - 1e6 * i,
                "floor_area_m2": 900.0 - 200 * i, "objective": gained, "bound": gained * 1.01, "gap": 0.01,
                "status": "optimal", "residents": gained, "old_young": gained / 3,
                "share_before": need["before"] / need["residents"],
                "share_after": (need["before"] + gained) / need["residents"],
            }
        )  # fmt: skip
    return as_table("alternatives", rows)


def full_proposal(survey, assessment, catalogue, budget, years=YEARS):
    """Every table filled: real plan, programme and frontier; the other tables made up."""
    choices = ImproveOptions(
        unit_costs=UNIT_COSTS, budget=(BudgetLine(yuan=budget),), time_limit_s=20.0, old_young_weight=2.0
    )
    options = find_options(survey, assessment, catalogue, choices)
    plan = plan_options(options, assessment)
    cost = plan.chosen["cost_yuan"]
    funding = pd.DataFrame(
        {"option_id": plan.chosen["option_id"], "source": "subsidy", "yuan": cost * 0.2, "lag_years": 1.0}
    )
    funding.loc[::2, "source"] = "owners_fund"
    districts = list(plan.chosen["district"].dropna().unique())
    lines = [BudgetLine(yuan=budget / 4, year=year) for year in years]
    lines += [BudgetLine(yuan=budget / 8, year=years[0], district=name) for name in districts]
    durations = {"reallocate": 0, "convert": 1, "build": 2}
    programme = make_programme(
        plan, ProgrammeOptions(years=years, budget=tuple(lines), duration_years=durations, time_limit_s=20.0), funding
    )
    order = [
        {"position": i, "budget_yuan": budget / 2 if i < 3 else budget, "option_id": key, "cost_yuan": float(yuan)}
        for i, (key, yuan) in enumerate(zip(plan.chosen["option_id"], cost, strict=True), start=1)
    ]
    tables = empty_tables() | subsidy_tables(plan) | operating_tables(plan)
    tables |= frontier_tables(options, assessment, budget)
    tables["alternatives"], tables["order"] = alternative_rows(plan), as_table("order", order)
    tables["co_funding"] = as_table("co_funding", funding)
    left = [{"part": "modes", "zh": "“operating/mode”未填", "en": "`operating/mode` is unset"}]
    noted = [{"part": "appraisal", "id": "x", "code": "area", "zh": "按面积推算座位", "en": "places follow from area"}]
    tables["left_out"], tables["notes"] = as_table("left_out", left), as_table("notes", noted)
    return Proposal(meta_of(plan, survey), plan, programme, **tables)


def bare_proposal(survey, assessment, catalogue):
    """Nothing set: m² and counts, no programme, nothing else."""
    plan = plan_options(find_options(survey, assessment, catalogue, ImproveOptions()), assessment)
    return Proposal(meta_of(plan, survey), plan, None, **empty_tables())


@pytest.fixture(scope="session")
def two_districts(survey):
    return with_districts(survey)


@pytest.fixture(scope="session")
def judged(two_districts, catalogue):
    return assess(two_districts, catalogue, AssessOptions())


@pytest.fixture(scope="session")
def proposal(two_districts, judged, catalogue):
    return full_proposal(two_districts, judged, catalogue, 9e6)


@pytest.fixture(scope="session")
def bare(two_districts, judged, catalogue):
    return bare_proposal(two_districts, judged, catalogue)


@pytest.fixture(scope="session")
def empty(two_districts, judged, catalogue):
    """A plan that chose nothing."""
    options = find_options(two_districts, judged, catalogue, ImproveOptions(max_projects=0))
    plan = plan_options(options, judged)
    return Proposal(meta_of(plan, two_districts), plan, None, **empty_tables())


@pytest.fixture(scope="session")
def plan_book(proposal, two_districts, judged, catalogue):
    return build_plan_book(proposal, two_districts, judged, catalogue)


@pytest.fixture(scope="session")
def bare_book(bare, two_districts, judged, catalogue):
    return build_plan_book(bare, two_districts, judged, catalogue)


@pytest.fixture(scope="session")
def empty_book(empty, two_districts, judged, catalogue):
    return build_plan_book(empty, two_districts, judged, catalogue)


@pytest.fixture(scope="session")
def plan_material(plan_book, two_districts, judged):
    return gather(plan_book.assessment, judged, two_districts)


@pytest.fixture(scope="session")
def plan_figures(plan_book, bare_book, empty_book, plan_material):
    """By kind of book and language."""
    books = {"full": plan_book, "bare": bare_book, "empty": empty_book}
    return {
        (kind, lang): PlanFigures(
            book, report_context(book.assessment, ReportOptions(), plan_words(lang)), replace(plan_material)
        )
        for kind, book in books.items()
        for lang in ("zh", "en")
    }
