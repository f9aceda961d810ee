import re
from pathlib import Path

import pytest
import yaml

import linli.report.plan
from linli.improve.choices import ImproveOptions
from linli.improve.outcome import _GROUP
from linli.operate.lines import LEVERS
from linli.report.plan.words import TEXTS, plan_words
from linli.report.words import load_words, text_keys

FOLDER = Path(linli.report.plan.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_both_languages_ask_for_the_same_fields():
    assert len(text_keys(TEXTS)) > 300


def test_no_key_is_written_twice():
    class Strict(yaml.SafeLoader):
        pass

    def mapping(loader, node, deep=False):
        keys = [key.value for key, _ in node.value]
        assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)
        return yaml.SafeLoader.construct_mapping(loader, node, deep)

    Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    yaml.load(TEXTS.read_text(encoding="utf-8"), Loader=Strict)


def test_the_reports_own_words_stay_as_they_are():
    own = load_words("en").table
    assert {key for key in text_keys(TEXTS) if key in own} == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_that_is_asked_for_is_there(lang):
    words = plan_words(lang)
    asked = set()
    for path in [*FOLDER.glob("*.py"), *FOLDER.glob("templates/*.html")]:
        text = path.read_text(encoding="utf-8")
        asked |= {
            key for key in re.findall(r'\b(?:words|t)\("([a-z_0-9]+\.[a-z_0-9.]+)"', text) if not key.endswith(".")
        }
        asked |= set(re.findall(r'C\("\w+", "([a-z_]+\.[a-z_0-9]+)"', text))
    assert len(asked) > 150
    assert not sorted(key for key in asked if not words.has(key))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_codes_have_words(lang):
    words = plan_words(lang)
    for prefix, codes in {
        "reason": set(_GROUP.values()),
        "choice_plan": set(ImproveOptions.model_fields),
        "operate_lever": set(LEVERS),
        "lever": {"reallocate", "convert", "build"},
        "status_plan": {"optimal", "feasible", "infeasible", "time_limit"},
        "postponed": {"late", "money_or_starts", "adds_nobody", "none"},
    }.items():
        assert not {code for code in codes if not words.has(f"{prefix}.{code}")}, prefix


def test_english_is_english_and_chinese_has_its_own_punctuation():
    for key in text_keys(TEXTS):
        zh, en = (plan_words(lang).table[key] for lang in ("zh", "en"))
        assert not CHINESE.search(en), key
        if CHINESE.search(zh):
            assert not re.search(r"[\u4e00-\u9fff][,;:?!](?!\d)", zh), key
