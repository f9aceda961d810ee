from decimal import Decimal

from django.template import Context, Template
from django.utils import translation


def draw(text, **about):
    return Template("{% load plans %}" + text).render(Context(about))


def test_figures_are_written_and_what_is_not_known_is_a_mark_and_a_word():
    assert draw("{{ x|num }} {{ y|num:2 }}", x=12345.6, y=0.5) == "12,346 0.50"
    assert "st-unknown" in draw("{{ x|num }}", x=None)
    assert "待补" in draw("{{ x|percent }}", x=float("nan"))
    assert draw("{{ x|percent:1 }}", x=0.1234) == "12.3\u202f%"
    assert draw("{{ x|folk:'residents' }}", x=1200) == "1,200\u202f人"
    assert draw("{{ x|m2 }}", x=80.4) == "80\u202fm²"


def test_money_shows_yuan_and_fen_at_the_pointer():
    drawn = draw("{{ x|money }}", x=Decimal("1234567.89"))
    assert drawn == '<span title="1,234,567.89\u202f元">123.5 万元</span>'
    assert draw("{{ x|cell }}", x=15000.0) == '<span title="15,000.00\u202f元">1.5</span>'
    assert "待填" in draw("{{ x|money }}", x=None)
    with translation.override("en"):
        assert draw("{% cell_unit %}") == "thousand yuan"


def test_words_of_the_library_and_codes_without_words():
    assert draw("{% lib 'lever' code %} {% lib 'lever' other %}", code="build", other="x") == "建设 x"
    assert draw("{{ x|own }}{{ y|own }}", x={"zh": "文", "en": "text"}, y={}) == "文"
    assert draw("{{ x|facility }} {{ y|facility }}", x="nursery", y="nothing") == "托儿所 nothing"


def test_what_was_proven_has_the_look_of_its_code():
    drawn = draw("{% proven 'optimal' gap %}", gap=0.0002)
    assert "st-met" in drawn
    assert "在允许误差内已证明最优" in drawn


def test_entries_of_mappings():
    assert draw("{{ x|entry:'a' }}", x={"a": 1}) == "1"
    assert draw("{{ x|entry:'a'|default:'-' }}", x=None) == "-"
