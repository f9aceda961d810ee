import re
from pathlib import Path

import linli.report.outcome
from linli.report.outcome.words import TEXT, outcome_words
from linli.report.words import load_words, text_keys

HERE = Path(linli.report.outcome.__file__).parent
SOURCES = [*HERE.glob("*.py"), *HERE.glob("templates/*")]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)


def test_both_languages_say_every_key_with_the_same_fields():
    keys = text_keys(TEXT)
    assert len(keys) > 150
    assert all(key.startswith("outcome.") for key in keys)
    for lang in ("zh", "en"):
        assert set(outcome_words(lang).table) == set(keys) | set(load_words(lang).table)


def test_no_chinese_in_english_and_no_half_width_punctuation_in_chinese():
    for key in text_keys(TEXT):
        assert not re.search("[\u4e00-\u9fff]", outcome_words("en").table[key]), key
        assert not re.search("[\u4e00-\u9fff][,;:!?()]", outcome_words("zh").table[key]), key


def test_every_key_is_used_and_every_key_asked_for_is_there():
    quoted = set(re.findall(r"""["'](outcome(?:\.[a-z_0-9]+)+)["']""", SOURCE))
    begun = set(re.findall(r"""["'](outcome(?:\.[a-z_]+)*\.)["'{]""", SOURCE))
    begun |= set(re.findall(r"""f["'](outcome(?:\.[a-z_]+)*\.[a-z_]*)\{""", SOURCE))
    keys = set(text_keys(TEXT))
    unused = [key for key in keys if key not in quoted and not any(key.startswith(start) for start in begun)]
    assert not unused
    assert quoted <= keys
