import ast
import re
from pathlib import Path

import linli.report.district
from linli.report.district.words import TEXTS, district_words
from linli.report.words import text_keys

HERE = Path(linli.report.district.__file__).parent
CALLS = {"say": ("", 0), "paragraph": ("", 0), "note": ("", 0), "heading": ("", 1), "column": ("head.", 0)}
CALLS |= {"table": ("caption.", 0), "figure": ("caption.", 0)}


def asked():
    """Keys that the chapters ask for, and the beginnings of those that are put together."""
    whole, begun = set(), set()
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS):
                continue
            before, at = CALLS[node.func.attr]
            if len(node.args) <= at:
                continue
            argument = node.args[at]
            for one in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
                if isinstance(one, ast.Constant):
                    whole.add(f"district.{before}{one.value}")
                elif isinstance(one, ast.JoinedStr) and isinstance(one.values[0], ast.Constant):
                    begun.add(f"district.{before}{one.values[0].value}")
    return whole, begun


def test_both_languages_say_every_key_with_the_same_fields():
    keys = text_keys(TEXTS)
    assert len(keys) > 250
    assert all(key.startswith("district.") for key in keys)
    for lang in ("zh", "en"):
        assert set(keys) <= set(district_words(lang).table)


def test_no_chinese_in_english_and_no_half_width_punctuation_in_chinese():
    zh, en = district_words("zh").table, district_words("en").table
    for key in text_keys(TEXTS):
        assert not re.search("[\u4e00-\u9fff][,;:!?()]", zh[key]), key
        assert not re.search("[\u4e00-\u9fff]", en[key]), key


def test_every_key_asked_for_is_there():
    whole, _ = asked()
    assert len(whole) > 180
    assert whole <= set(text_keys(TEXTS))


def test_every_key_is_used():
    whole, begun = asked()
    text = "\n".join(path.read_text(encoding="utf-8") for path in HERE.glob("*.py"))
    quoted = {f"district.{found}" for found in re.findall(r'"([a-z_]+\.[a-z_0-9.]+)"', text)}
    quoted |= set(re.findall(r'"(district\.[a-z_0-9.]+)"', text))
    begun |= {f"district.{found}" for found in re.findall(r'f"([a-z_.]+\.)\{', text)}
    unused = [
        key for key in text_keys(TEXTS) if key not in whole | quoted and not any(key.startswith(one) for one in begun)
    ]
    assert not unused
