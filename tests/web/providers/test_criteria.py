"""The rules of the directory, read strictly."""

from pathlib import Path

import pytest

from linli.errors import ConfigError
from linli.web.providers import criteria as module
from linli.web.providers.criteria import read_criteria

FILE = Path(module.__file__).parent / "rules" / "directory_2026.yaml"


def test_the_rules_shipped_are_read_and_say_that_they_are_ours():
    criteria = read_criteria(FILE)
    assert criteria.id == FILE.stem
    assert criteria.certainty == "internal"
    assert {"integrated", "elderly_care", "childcare", "commerce"} <= {one.id for one in criteria.categories}


def test_evidence_is_asked_by_category():
    criteria = read_criteria(FILE)
    general = {one.id for one in criteria.asked_of(frozenset({"commerce"}))}
    assert {one.id for one in criteria.asked_of(frozenset({"elderly_care"}))} - general == {"elderly_record"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("categories: [childcare]}", "categories: [circus]}"),
        ("warnings_to_removal: 2", "warnings_to_removal: 0"),
        ("open_share: {warn: 0.9", "open_share: {warn: 90"),
        ("certainty: internal", "certainty: maybe"),
    ],
)
def test_mistakes_are_refused_with_their_line(tmp_path, before, after):
    text = FILE.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "rules.yaml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        read_criteria(path)
    assert caught.value.problems[0].row
