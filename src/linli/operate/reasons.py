"""Why something could not be worked out, in Chinese and English: from the error of a look-up to a line for people."""

from __future__ import annotations

import re
from collections.abc import Mapping

from linli.errors import InputError, RuleError, UnknownRuleError, UnsetValueError

__all__ = ["tell_error"]

_FIRST = re.compile(r"`([^`]+)`")


def tell_error(error: RuleError | InputError) -> Mapping[str, str]:
    """Say in one line why a figure is not to be had, and where it is filled in.

    Parameters
    ----------
    error
        Of a look-up in the catalogue, or of a check of what was given.

    Returns
    -------
    dict
        ``{"zh": …, "en": …}``.

    Examples
    --------
    >>> tell_error(UnsetValueError("`operating/finance.discount_rate` (…) is unset"))["zh"]
    '待填：operating/finance.discount_rate（在规则包中填写）'
    """
    if isinstance(error, InputError):
        zh, en = ([one.message[lang] for one in error.problems] for lang in ("zh", "en"))
        return {"zh": "；".join(zh), "en": "; ".join(en)}
    line = str(error).splitlines()[0]
    found = _FIRST.search(line)
    name = found[1] if found else line
    if isinstance(error, UnsetValueError) and found:
        return {"zh": f"待填：{name}（在规则包中填写）", "en": f"`{name}` is unset: fill it in a pack"}
    if isinstance(error, UnknownRuleError) and "no operating template" in line:
        return {"zh": f"没有运营模板：在规则包中加 operating/template_{name}.yaml", "en": line}
    if isinstance(error, UnknownRuleError):
        return {"zh": f"规则目录中没有，或当日未生效：{name}", "en": line}
    return {"zh": f"规则不能使用：{line}", "en": line}
