import json

import pytest

from linli.report import ReportOptions
from linli.report.figures import Figures
from linli.report.handout import Bundle, Document, profile_data, range_text


@pytest.fixture(params=["zh", "en"])
def document(request, book, material, contexts):
    context = contexts[request.param]
    return Document(book, Figures(material, context), context, ReportOptions(), "T", {})


def test_a_profile_is_plain_data(document):
    for community in document.book.communities:
        bundle = Bundle({}, {})
        data = profile_data(document, community, bundle)
        json.dumps(data, allow_nan=False)
        named = [data[key] for key in ("circle", "ages", "haves", "scenes", "wishes")] + data["shortfalls"]
        assert {name for name in named if name} == set(bundle.svgs)
        assert data["gaps"]
        assert sum(len(s["results"]) for s in data["items"]) == sum(len(r) for r in community.results.values())


def test_a_range_shows_only_where_there_is_one(document):
    assert range_text(document, 0.44, 0.54)
    assert range_text(document, 0.5, 0.5) == ""
    assert range_text(document, float("nan"), 0.5) == ""
