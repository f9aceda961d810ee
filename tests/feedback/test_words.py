import ast
import re
from pathlib import Path

import pytest

import linli.feedback
from linli.errors import RuleFileError
from linli.feedback import words
from linli.feedback.facilities import SERVICE
from linli.feedback.items import CHANGES_OF_ITEMS
from linli.feedback.match import REASONS
from linli.feedback.words import LANGUAGES, both, load_table, say, say_value, word_keys

SOURCE = Path(linli.feedback.__file__).parent


def test_every_text_is_there_in_both_languages_with_the_same_fields():
    for key in word_keys():
        fields = [set(re.findall(r"{(\w+)}", words._table()[key][lang])) for lang in LANGUAGES]
        assert fields[0] == fields[1], key
        assert re.search(r"[\u4e00-\u9fff]|^[%m²{}\w ]*$", words._table()[key]["zh"]), key


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("change", (*SERVICE, "moved", "renamed", "retyped", "larger", "smaller", "measured", "unmeasured", "updated",
                    "redrawn", "appeared", "gone")),
        ("item", CHANGES_OF_ITEMS),
        ("reason", (*REASONS, "still_listed", "several_places", "not_allowed", "other_storey")),
        ("status", ("met", "partly", "not_met", "not_applicable", "unknown")),
        ("cause", ("facilities", "answers", "estates", "residents", "rules", "other")),
    ],
)  # fmt: skip
def test_every_code_has_its_word(group, codes):
    assert {f"{group}.{code}" for code in codes} <= set(word_keys())


def test_every_key_in_the_code_is_in_the_file():
    used = set()
    for path in SOURCE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"say", "both"}
            if said and isinstance(node.args[0], ast.Constant):
                used.add(node.args[0].value)
    assert used
    assert used <= set(word_keys())


def test_fields_are_filled_in_by_language():
    text = both("worse.closed", type={"zh": "食堂", "en": "canteen"}, name="甲")
    assert text == {"zh": "食堂「甲」关闭", "en": "canteen «甲» closed"}
    with pytest.raises(KeyError):
        say("worse.closed", "zh", name="甲")


def test_a_new_code_is_shown_and_not_lost():
    assert say("change.teleported", "zh") == "teleported"


@pytest.mark.parametrize(
    ("layer", "column", "value", "text"),
    [
        ("facilities", "status", "in_use", "在用"),
        ("facilities", "status", "absent", "名录中没有"),
        ("estates", "property_service", "none", "无物业"),
        ("buildings", "has_lift", "true", "是"),
        ("answers", "value", "partly", "部分"),
        ("answers", "value", "7.5", "7.5"),
        ("rooms", "floor_area_m2", "80", "80"),
        ("facilities", "geometry", "", ""),
    ],
)
def test_cells_in_words(layer, column, value, text):
    assert say_value(layer, column, value, "zh") == text


def test_a_broken_file(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: {b: [}\n", encoding="utf-8")
    with pytest.raises(RuleFileError, match=r"a\.yaml"):
        load_table(path)
