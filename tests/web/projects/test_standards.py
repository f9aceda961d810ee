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
