import subprocess

import pytest

from linli.errors import FontError
from linli.report import find_fonts
from linli.web.communities import paper

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fonts():
    try:
        find_fonts()
    except FontError:
        pytest.skip("no font on this machine prints Chinese")
    paper._MADE.clear()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_profile_is_two_pages_and_made_once(lang, world, monkeypatch):
    code = list(world.paths)[3]
    file = paper.profile_pdf(world.run, code, lang)
    assert file.read_bytes().startswith(b"%PDF")
    pages = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    assert "Pages:           2" in pages
    monkeypatch.setattr(paper, "profile_document", lambda *_: pytest.fail("made again"))
    assert paper.profile_pdf(world.run, code, lang) == file
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_another_number_on_the_map_is_another_paper(world, settings):
    code = next(iter(world.paths))
    before = paper.paper_file(world.run, code, "zh")
    config = settings.SITE.config.model_copy(update={"map_number": "浙S(2026)1号"})
    settings.SITE = settings.SITE.model_copy(update={"config": config})
    assert paper.paper_file(world.run, code, "zh").parent != before.parent


def test_a_community_that_the_run_does_not_have_is_refused(world):
    with pytest.raises(KeyError):
        paper.profile_pdf(world.run, "000000000000", "zh")
