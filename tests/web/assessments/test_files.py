from pathlib import Path

import openpyxl
import pytest

from linli.errors import UnknownRuleError
from linli.web.assessments import files
from linli.web.assessments.models import Run
from linli.web.assessments.selectors import survey_of, tables_of
from linli.web.standards.catalogue import site_catalogue

pytestmark = pytest.mark.django_db


def test_a_file_has_a_place_of_its_own_and_odd_names_none(world, settings):
    path = files.file_of(world.run, "results.gpkg")
    assert path == Path(settings.MEDIA_ROOT) / "assessments" / "files" / world.run.digest / "results.gpkg"
    for name in ("../site.key", "other.gpkg", ""):
        assert files.file_of(world.run, name) is None
    assert files.file_of(Run(digest=""), "results.gpkg") is None


def test_the_workbook_is_the_reports_and_whole_or_not_there(world, monkeypatch):
    told = []
    arguments = (tables_of(world.run), survey_of(world.run), site_catalogue(), lambda *at: told.append(at))
    path = files.write_file(world.run, "assessment-en.xlsx", *arguments)
    book = openpyxl.load_workbook(path, read_only=True)
    assert len(book.sheetnames) > 5
    assert told[0][0] == "assessments.stage.book"
    path.unlink()
    monkeypatch.setattr(files, "write_workbook", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        files.write_file(world.run, "assessment-en.xlsx", *arguments)
    assert not path.exists()


def test_other_rules_are_said(world):
    from linli.rules import Catalogue

    bare = Catalogue(families={}, rules={})
    with pytest.raises(UnknownRuleError, match="Assess the round again"):
        files.write_file(world.run, "results.gpkg", tables_of(world.run), survey_of(world.run), bare, lambda *_: None)
    with pytest.raises(FileNotFoundError):
        files.write_file(world.run, "x", tables_of(world.run), survey_of(world.run), bare, lambda *_: None)
