"""Workflows and rules of a site: Linli's own and those the site adds."""

import pytest
from django.conf import settings

from linli.errors import ConfigError
from linli.web.projects import standards


@pytest.fixture
def folder(tmp_path, settings):
    settings.SITE = settings.SITE.model_copy(update={"folder": tmp_path})
    return tmp_path


def test_linlis_own_workflow_is_the_default(folder):
    assert standards.get_workflow(standards.DEFAULT_WORKFLOW).id == "creation_2026"
    assert settings.SITE.folder == folder


def test_a_site_adds_workflows_but_never_replaces_one(folder):
    own = folder / "workflows"
    own.mkdir()
    text = (standards._SHIPPED / "creation_2026.yaml").read_text(encoding="utf-8")
    (own / "a.yaml").write_text(text.replace("id: creation_2026", "id: creation_2027"), encoding="utf-8")
    (own / "b.yaml").write_text(text.replace("zh: 草拟", "zh: 改"), encoding="utf-8")
    assert [one.id for one in standards.list_workflows()] == ["creation_2026", "creation_2027"]
    assert standards.get_workflow("creation_2026").initial.title.zh == "草拟"
    with pytest.raises(KeyError):
        standards.get_workflow("creation_1999")


def test_a_broken_workflow_is_told(folder):
    (folder / "workflows").mkdir()
    (folder / "workflows" / "x.yaml").write_text("id: x\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        standards.list_workflows()


def test_packs_of_the_site_are_laid_over_and_read_again_when_they_change(folder):
    national = standards.site_catalogue().version
    pack = folder / "packs" / "city"
    (pack / "subsidy").mkdir(parents=True)
    (pack / "pack.yaml").write_text("title: {zh: 市, en: City}\nauthor: 市\norder: 1\n", encoding="utf-8")
    rule = (
        "id: subsidy/ratio\nvalues:\n  ratio:\n    dated:\n      - value: {}\n        unit: share\n"
        "        valid_from: 2022-03-01\n        reference: {{title: 细则}}\n        certainty: published\n"
        "        last_checked_on: 2026-11-23\n"
    )
    versions = {national}
    import os

    for i, value in enumerate((0.3, 0.4)):
        file = pack / "subsidy" / "ratio.yaml"
        file.write_text(rule.format(value), encoding="utf-8")
        os.utime(file, (i + 1, i + 1))
        versions.add(standards.site_catalogue().version)
    assert len(versions) == 3
