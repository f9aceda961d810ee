import pytest

from linli.errors import InputError, Problem, RuleError, UnknownRuleError, UnsetValueError
from linli.operate import read_contract, read_template
from linli.operate.reasons import tell_error


def test_what_is_unset_is_named_in_both_languages(nation, on):
    with pytest.raises(UnsetValueError) as unset:
        read_contract(nation, on=on)
    told = tell_error(unset.value)
    assert told["zh"] == "待填：operating/finance.discount_rate（在规则包中填写）"
    assert told["en"] == "`operating/finance.discount_rate` is unset: fill it in a pack"


def test_a_missing_template_is_named(nation, on):
    with pytest.raises(UnknownRuleError) as unknown:
        read_template(nation, "bus_stop", on=on)
    assert "operating/template_bus_stop.yaml" in tell_error(unknown.value)["zh"]
    assert "operating/template_bus_stop.yaml" in tell_error(unknown.value)["en"]


def test_other_errors():
    assert tell_error(UnknownRuleError("`a/b.c` is not in force"))["zh"] == "规则目录中没有，或当日未生效：a/b.c"
    assert tell_error(RuleError("odd\nmore")) == {"zh": "规则不能使用：odd", "en": "odd"}
    one = Problem("a", "error", {"zh": "甲", "en": "A"}, {"zh": "改", "en": "mend"})
    assert tell_error(InputError([one, one])) == {"zh": "甲；甲", "en": "A; A"}
