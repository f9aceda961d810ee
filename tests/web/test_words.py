"""Both languages are complete, and every key that pages ask for exists."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.utils import translation

from linli.strictyaml import read_yaml
from linli.web.words import current_language, has_words, named, pick, say, word_fields, word_table

WEB = Path(__file__).parents[2] / "src" / "linli" / "web"


def test_no_key_stands_twice_in_a_file():
    for file in sorted(WEB.glob("*/words.yaml")):
        twice = [one for one in read_yaml(file).problems if one.code == "yaml.duplicate_key"]
        assert twice == [], file


def test_both_languages_have_the_same_fields_and_say_something():
    assert word_fields()
    assert [key for key, both in word_table().items() if not all(both.values())] == []


def test_every_key_that_is_asked_for_is_there():
    missing = []
    for file in [*WEB.rglob("*.html"), *WEB.rglob("*.py")]:
        text = file.read_text(encoding="utf-8")
        found = re.findall(
            r"""\{% t ['"]([\w.:]+)['"](?: \w+=[^%]*)? *%\}|\bsay\("(\w[\w.:]+)"|Refused\("([\w.]+)\"""", text
        )
        missing += [(file.name, key) for keys in found for key in keys if key and not has_words(key)]
    assert missing == []


def test_chinese_is_punctuated_in_chinese():
    odd = [key for key, both in word_table().items() if re.search(r"[\u4e00-\u9fff][,;:?!]", both["zh"])]
    assert odd == []


def test_the_language_is_that_of_the_request():
    with translation.override("en"):
        assert (current_language(), say("pages.word.save")) == ("en", "Save")
    assert say("pages.word.save", "zh") == "保存"
    assert say("pages.table.total", "en", n=3) == "3 in all"
    assert pick({"zh": "甲", "en": ""}, "en") == pick("甲") == "甲"
    with pytest.raises(KeyError):
        say("no.such.key")


def test_english_says_one_of_a_thing_where_the_words_tell_how():
    assert say("lifecircle.page.all", n=1) == "共 1 个社区。"
    with translation.override("en"):
        assert [say("lifecircle.page.all", n=n) for n in ("1", 1, 12)] == ["1 community."] * 2 + ["12 communities."]


def test_a_thing_is_named_in_the_language_of_the_page_where_it_can_be():
    both, one = SimpleNamespace(name="示范区", name_en="North"), SimpleNamespace(name="邻接区", name_en="")
    translation.activate("en")
    assert [named(both), named(one), named("x")] == ["North", "邻接区", "x"]
    translation.activate("zh-hans")
    assert named(both) == "示范区"
