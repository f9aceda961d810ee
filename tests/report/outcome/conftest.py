"""The demo city's two rounds made awkward — hostile names, doubtful matches, a plan with projects done — as pages."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from linli.assess import AssessOptions, assess
from linli.feedback import compare_rounds
from linli.report import ReportOptions
from linli.report.build import build_book
from linli.report.context import report_context
from linli.report.figures import gather
from linli.report.outcome import write_outcome
from linli.report.outcome.build import build_outcome_book
from linli.report.outcome.figures import OutcomeFigures
from linli.report.outcome.words import outcome_words
from linli.rules import load_catalogue
from linli.survey import load_snapshot, make_survey
from linli.survey.demo import write_demo

HOSTILE = "<script>alert('社区')</script> & \"Co\" =1+1"
PLAN = pd.DataFrame(
    [
        ("R00010", "canteen", "convert", 278.0, 500_400.0, 640.0, 2026),
        ("R00017", "nursery", "convert", 169.0, 304_200.0, 90.0, 2026),
        ("R00003", "health_station", "convert", 120.0, 216_000.0, 2369.0, 2027),
        ("nowhere", "canteen", "build", 1.0, float("nan"), float("nan"), float("nan")),
    ],
    columns=["place_id", "type", "lever", "floor_area_m2", "cost_yuan", "newly", "year"],
)


def _awkward(survey):
    """Give one community a hostile name, and three facilities new ids and names: matches nobody can be sure of."""
    communities, facilities = survey.layers["communities"].copy(), survey.layers["facilities"].copy()
    communities.loc[communities["community_id"] == "330199003001", "name"] = HOSTILE
    named = facilities.index[facilities["name"].notna()][[5, 60, 200]]
    facilities.loc[named, "facility_id"] = ["N1", "N2", "N3"]
    facilities.loc[named, "name"] = [HOSTILE, "全新的店", '=HYPERLINK("x")']
    return make_survey({**survey.layers, "communities": communities, "facilities": facilities}, survey.manifest)


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def rounds(tmp_path_factory, catalogue):
    from linli.pipeline import freeze_config

    base = tmp_path_factory.mktemp("demo")
    write_demo(base, seed=1)
    made = []
    for number in (1, 2):
        freeze_config(base / f"round-{number}" / "linli.yaml", base / f"s{number}")
        survey = load_snapshot(base / f"s{number}")
        survey = _awkward(survey) if number == 2 else survey
        made.append((survey, assess(survey, catalogue, AssessOptions(met_share=0.9, on=survey.manifest.surveyed_on))))
    return tuple(made)


@pytest.fixture(scope="session")
def outcome(rounds, catalogue):
    return compare_rounds(*rounds, PLAN, catalogue=catalogue)


@pytest.fixture(scope="session")
def made(outcome, rounds, catalogue):
    """Records, ground and figures of both languages."""
    survey, assessment = rounds[1]
    book = build_book(assessment, survey, catalogue)
    records = build_outcome_book(outcome, book, rounds[0][1], assessment)
    ground = gather(book, assessment, survey).ground
    figures = {}
    for lang in ("zh", "en"):
        context = report_context(book, ReportOptions(), outcome_words(lang))
        figures[lang] = OutcomeFigures(records, ground, context, survey.manifest.metric_crs)
    return SimpleNamespace(book=records, ground=ground, figures=figures)


@pytest.fixture(scope="session")
def written(tmp_path_factory, outcome, rounds, catalogue):
    """Everything, written once."""
    out = tmp_path_factory.mktemp("outcome")
    options = ReportOptions(organisation=HOSTILE, approval_number="GS(2026)0000")
    return out, write_outcome(outcome, *rounds, catalogue, out, options)


@pytest.fixture(scope="session")
def pages(written):
    out = written[0]
    return {path.relative_to(out).as_posix(): path.read_text(encoding="utf-8") for path in sorted(out.rglob("*.html"))}


@pytest.fixture(scope="session")
def hostile():
    return HOSTILE


@pytest.fixture(scope="session")
def well_formed():
    """Parse SVG strictly; return its root."""
    from defusedxml import ElementTree

    def check(svg):
        assert not re.search(r"\bnan\b|\binf\b|None", re.sub(r">[^<]*<", "><", svg)), "a number that is none"
        return ElementTree.fromstring(svg)

    return check
