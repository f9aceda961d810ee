import json
import shutil
from pathlib import Path

import pytest

from linli.report.build import build_book
from linli.report.formats import Format
from linli.report.phrases import community_lead
from linli.report.words import load_words
from linli.rules import load_catalogue
from linli.web.assessments.selectors import survey_of, tables_of
from linli.web.communities import portrait as module
from linli.web.communities.portrait import portrait_of, portraits_write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_in_memory():
    module._KEPT.clear()


def _files(settings):
    return sorted(path.name for path in (Path(settings.MEDIA_ROOT) / module.FOLDER).rglob("*") if path.is_file())


def test_a_portrait_says_what_the_report_says(world):
    code = next(iter(world.paths))
    found = portrait_of(world.run, code)
    book = build_book(tables_of(world.run), survey_of(world.run), load_catalogue())
    community = book.community(code)
    for lang in ("zh", "en"):
        assert found["lead"][lang] == community_lead(book, community, Format(load_words(lang)))
    assert found["total"] == 12
    assert {one["item"]: one["status"] for one in found["items"]["complete_community"]} == {
        result.item.id: result.status for result in community.results["complete_community"]
    }
    assert found["peers"] == list(community.peers)
    assert len(found["haves"]["complete_community"]) == 6
    assert len(found["scenes"]) == 9
    json.dumps(found, allow_nan=False)


def test_it_is_kept_as_a_file_and_read_from_there(world, settings, monkeypatch):
    code = next(iter(world.paths))
    first = portrait_of(world.run, code)
    assert _files(settings) == [f"{code}.json"]
    module._KEPT.clear()
    monkeypatch.setattr(module, "_make", lambda *_: pytest.fail("made again"))
    assert portrait_of(world.run, code) == first


def test_a_broken_file_is_made_again(world, settings):
    code = next(iter(world.paths))
    first = portrait_of(world.run, code)
    next((Path(settings.MEDIA_ROOT) / module.FOLDER).rglob("*.json")).write_text("{", encoding="utf-8")
    module._KEPT.clear()
    assert portrait_of(world.run, code) == first


def test_one_by_one_or_all_at_once_is_the_same(world, settings):
    code = next(iter(world.paths))
    alone = portrait_of(world.run, code)
    shutil.rmtree(Path(settings.MEDIA_ROOT) / module.FOLDER)
    assert portraits_write(world.run) == 12
    assert portraits_write(world.run) == 0
    module._KEPT.clear()
    assert portrait_of(world.run, code) == alone
    assert len(_files(settings)) == 12


def test_what_cannot_be_read_is_none(world, monkeypatch):
    assert portrait_of(world.run, "000000000000") is None
    world.run.digest, world.run.folder = "f" * 64, "nowhere"
    assert portrait_of(world.run, next(iter(world.paths))) is None
