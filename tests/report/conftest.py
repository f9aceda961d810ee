"""One small demo district with hostile names, assessed once; its report, written once for all tests of the floor."""

import re

import numpy as np
import pytest

from linli.assess import AssessOptions, assess
from linli.errors import FontError
from linli.report import ReportOptions, find_fonts, write_report
from linli.report.build import build_book
from linli.report.figures import Figures, gather
from linli.report.formats import Context, Format
from linli.report.words import load_words
from linli.rules import load_catalogue
from linli.survey import make_survey
from linli.survey.demo import demo_survey, plan_for

HOSTILE = "<script>alert('社区')</script> & \"Co\" =1+1"


@pytest.fixture(scope="session")
def hostile():
    return HOSTILE


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def survey():
    made = demo_survey(seed=3, plan=plan_for(4))
    communities = made.layers["communities"].copy()
    communities.loc[0, "name"] = HOSTILE
    facilities = made.layers["facilities"].copy()
    facilities.loc[:, "name"] = facilities["name"].fillna("").astype(object) + HOSTILE
    # a community about which next to nothing is known
    buildings = made.layers["buildings"].copy()
    lost = (buildings["community_id"] == communities["community_id"].iloc[3]).to_numpy()
    for column in [c for c in buildings.columns if c.startswith("residents")]:
        buildings.loc[lost, column] = np.nan
        communities.loc[3, column] = np.nan
    layers = {**made.layers, "communities": communities, "facilities": facilities, "buildings": buildings}
    return make_survey(layers, made.manifest)


@pytest.fixture(scope="session")
def assessment(survey, catalogue):
    return assess(survey, catalogue, AssessOptions())


@pytest.fixture(scope="session")
def book(assessment, survey, catalogue):
    return build_book(assessment, survey, catalogue)


@pytest.fixture(scope="session")
def fonts():
    try:
        return find_fonts()
    except FontError as error:
        pytest.skip(f"no Chinese font on this machine: {error}")


@pytest.fixture(scope="session")
def contexts(book):
    made = {}
    for lang in ("zh", "en"):
        words = load_words(lang)
        made[lang] = Context(words, Format(words, book.unit), words.pick(book.name), "2025-10-31", ("note",))
    return made


@pytest.fixture(scope="session")
def material(book, assessment, survey):
    return gather(book, assessment, survey)


@pytest.fixture(scope="session")
def figures(material, contexts):
    return Figures(material, contexts["zh"])


@pytest.fixture(scope="session")
def report(tmp_path_factory, assessment, survey, catalogue):
    """The whole report; PDFs only where a font is."""
    out = tmp_path_factory.mktemp("report")
    try:
        find_fonts()
        pdf = True
    except FontError:
        pdf = False
    options = ReportOptions(pdf=pdf, approval_number="GS(2026)0000", organisation=HOSTILE, profiles=1)
    files = write_report(assessment, survey, catalogue, out, options)
    return out, files


@pytest.fixture(scope="session")
def pages(report):
    out, _ = report
    found = sorted(out.rglob("*.html"))
    assert found
    return {path.relative_to(out).as_posix(): path.read_text(encoding="utf-8") for path in found}


@pytest.fixture
def well_formed():
    """Parse SVG strictly; return its root."""
    from defusedxml import ElementTree

    def check(svg):
        assert not re.search(r"\bnan\b|\binf\b|None", re.sub(r">[^<]*<", "><", svg)), "a number that is none"
        return ElementTree.fromstring(svg)

    return check
