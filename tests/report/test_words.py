import re
from pathlib import Path

import pytest

import linli.report
from linli.report.words import load_words, sentence_case, text_keys

HERE = Path(linli.report.__file__).parent
SOURCES = [*HERE.glob("*.py"), *HERE.glob("templates/*")]


def used():
    """Every text in quotes in the floor's own files, and the beginnings of keys that are put together."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    quoted = set(re.findall(r"""["']([a-z_0-9]+(?:\.[a-z_0-9]+)+)["']""", text))
    begun = set(re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)*\.)["']""", text))
    begun |= set(re.findall(r"""f["']([a-z_]+(?:\.[a-z_]+)*\.)\{""", text))
    return quoted, begun


def test_both_languages_say_every_key_with_the_same_fields():
    keys = text_keys()
    assert len(keys) > 300
    for lang in ("zh", "en"):
        words = load_words(lang)
        assert set(words.table) == set(keys)
        assert all(isinstance(text, str) for text in words.table.values())


def test_no_chinese_in_english_and_no_half_width_punctuation_in_chinese():
    chinese = re.compile("[\u4e00-\u9fff]")
    for key, text in load_words("en").table.items():
        assert not chinese.search(text) or key in {"nav.brand", "nav.switch"}, key
    for key, text in load_words("zh").table.items():
        assert not re.search("[\u4e00-\u9fff][,;:!?()]", text), key


def test_every_key_is_used():
    quoted, begun = used()
    unused = [key for key in text_keys() if key not in quoted and not any(key.startswith(start) for start in begun)]
    assert not unused


def test_every_key_asked_for_is_there():
    keys = set(text_keys())
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    asked = set(re.findall(r"""(?:\bt|words)\(\s*["']([a-z_0-9.]+[a-z_0-9])["']\s*[,)]""", text))
    assert len(asked) > 100
    assert asked <= keys


def test_a_missing_field_is_an_error():
    with pytest.raises(KeyError):
        load_words("zh")("foot.approval", wrong=1)
    with pytest.raises(KeyError):
        load_words("zh")("no.such.key")


def test_pick_falls_back_to_the_other_language():
    words = load_words("en")
    assert words.pick({"zh": "托儿所"}) == "托儿所"
    assert words.pick({"zh": "托儿所", "en": "nursery"}) == "nursery"
    assert words.pick("plain") == "plain"
    assert words.pick(None, "nothing") == "nothing"
    assert words.has("nav.brand")
    assert sentence_case("") == ""
