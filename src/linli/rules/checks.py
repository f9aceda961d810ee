"""Every check of a rule file: its code, its message, its fix, in both languages.

A check is known by its code; the code is the same in messages, tests (``tests/rules/broken/``) and docs. Codes that
begin with ``yaml.`` come from `linli.strictyaml`.
"""

from __future__ import annotations

from typing import Any

from linli.errors import Problem
from linli.strictyaml import Located

__all__ = ["CHECKS", "problem"]

CHECKS: dict[str, tuple[str, str, str, str]] = {
    # code: (zh message, en message, zh fix, en fix); {…} is filled in by the check
    "file.unexpected": (
        "此处不应有文件「{name}」",
        "unexpected file «{name}»",
        "规则文件应为 <族>/<规则>.yaml。",
        "A rule lives in <family>/<rule>.yaml; move or remove this one.",
    ),
    "file.empty": (
        "文件没有内容或不是映射",
        "the file is empty or is not a mapping of keys",
        "写成「键：值」。",
        "Write it as `key: value` lines.",
    ),
    "family.missing": (
        "规则族「{name}」没有 _family.yaml",
        "family «{name}» has no _family.yaml",
        "补一个 _family.yaml（标题、次序、说明、来源文件）。",
        "Add one, with title, order, description and documents.",
    ),
    "key.unknown": (
        "不认识的键「{key}」",
        "unknown key «{key}»",
        "改正拼写或删去。",
        "Correct the spelling or remove it.",
    ),
    "key.missing": ("缺少键「{key}」", "key «{key}» is missing", "请补上。", "Add it."),
    "key.type": (
        "「{key}」的写法不对",
        "«{key}» is not what it should be",
        "按允许的写法改正。",
        "Write it as allowed.",
    ),
    "key.choice": (
        "「{key}」不是允许的取值",
        "«{key}» is none of the allowed words",
        "从允许的取值中选一个。",
        "Take one of the allowed words.",
    ),
    "key.date": (
        "「{key}」不是日期",
        "«{key}» is not a date",
        "写成 2020-08-18 的形式，不加引号。",
        "Write it like 2020-08-18, without quotes.",
    ),
    "rule.id": (
        "编号与文件位置不符",
        "the id does not match the file's place",
        "编号应为「{expected}」，或改文件名。",
        "Make the id «{expected}», or rename the file.",
    ),
    "rule.name": (
        "文件名须为小写字母、数字和下划线",
        "a file name is lower-case letters, digits and underscores",
        "请改文件名。",
        "Rename the file.",
    ),
    "rule.order": (
        "与「{other}」的次序相同",
        "same order as «{other}»",
        "每条规则在族内的次序须唯一。",
        "Give each rule of a family its own order.",
    ),
    "rule.no_source": (
        "没有取值的规则须写明 reference、certainty、last_checked_on",
        "a rule's own text needs reference, certainty and last_checked_on (only one with values may have none)",
        "请补上「{key}」。",
        "Add «{key}».",
    ),
    "item.text": (
        "可评估的项目须有 text，或同时有 text_new 与 text_existing",
        "an item needs `text`, or both `text_new` and `text_existing`",
        "用一句话写明要求。",
        "Say the requirement in words.",
    ),
    "value.unset_with_value": (
        "标为 unset 却写了数值",
        "an unset value holds a value",
        "删去 value，或把 certainty 改为 published / recalled。",
        "Remove `value`, or make the certainty published or recalled.",
    ),
    "value.missing": (
        "缺少 value",
        "`value` is missing",
        "写上数值；规则到期写 value: null；无公开数值写 certainty: unset。",
        "Write it; `value: null` if the rule ends here; `certainty: unset` if nobody published it.",
    ),
    "value.kind": (
        "数值与单位不符",
        "the value does not suit its unit",
        "数字须有限且不小于 0；单位 text 用文字，yes_no 用 true/false。",
        "A number must be finite and ≥ 0; unit text takes text, yes_no takes true or false.",
    ),
    "value.dates": (
        "日期须从早到晚、不得重复",
        "dates must ascend without repeating",
        "按日期排好，每个日期只留一条。",
        "Sort by date and keep one entry a date.",
    ),
    "value.unit_changes": (
        "同一数值的单位前后不一",
        "the unit changes from one date to the next",
        "换算成同一单位。",
        "Convert to one unit.",
    ),
    "value.unsure": (
        "unsure 只用于 recalled",
        "`unsure` belongs to recalled values only",
        "删去 unsure。",
        "Remove `unsure`.",
    ),
    "requirement.duplicate_id": (
        "要求编号「{key}」重复",
        "two requirements are called «{key}»",
        "改其中一个。",
        "Rename one of them.",
    ),
    "requirement.two_answers": (
        "同一项目对同类社区只能有一个问答",
        "an item can put one question only to the same communities",
        "合并为一个问题。",
        "Ask both in one question.",
    ),
    "requirement.measure": (
        "per_person 与 per_1000_residents 须且只能有一个",
        "give either per_person or per_1000_residents, and not both",
        "只保留一个。",
        "Keep one.",
    ),
    "requirement.value": (
        "引用了不存在的取值「{key}」",
        "there is no value «{key}»",
        "写本规则的取值名，或「族/规则.取值」。",
        "Name a value of this rule, or `family/rule.value`.",
    ),
    "requirement.unit": (
        "取值「{key}」的单位不合用",
        "value «{key}» has the wrong unit here",
        "换一个取值，或改正其单位。",
        "Name another value or correct its unit.",
    ),
    "requirement.facility_type": (
        "没有设施类型「{key}」",
        "there is no facility type «{key}»",
        "改正拼写，或在 facility_types 中新增。",
        "Correct the spelling, or add it to facility_types.",
    ),
    "link.dangling": (
        "「{key}」不存在",
        "«{key}» does not exist",
        "改正为已有的规则编号。",
        "Name a rule that exists.",
    ),
    "facility.osm": (
        "OSM 标签写法不对",
        "not an OSM tag",
        "写成 key=value，多个条件用「 + 」相连。",
        "Write key=value; join tags that must all hold with « + ».",
    ),
    "facility.amap": (
        "高德分类代码应为六位数字",
        "not a map-service type code",
        "写成带引号的六位数字。",
        "Write six digits in quotes.",
    ),
    "facility.twice": (
        "「{key}」已属于「{other}」",
        "«{key}» already belongs to «{other}»",
        "每个标签、代码或叫法只归一类。",
        "Give each tag, code or name to one type only.",
    ),
    "pack.missing": (
        "规则包没有 pack.yaml",
        "the pack has no pack.yaml",
        "补一个（标题、作者、次序）。",
        "Add one, with title, author and order.",
    ),
    "pack.order": (
        "规则包的次序须从低到高",
        "packs must be given in ascending order",
        "调整给出的先后，或改 pack.yaml 的 order。",
        "List them in order, or change `order` in pack.yaml.",
    ),
    "pack.twice": (
        "规则包「{key}」重复",
        "pack «{key}» is given twice",
        "去掉一个，或改文件夹名。",
        "Drop one or rename its folder.",
    ),
    "pack.key": (
        "规则包不能改写已有规则的「{key}」",
        "a pack cannot change «{key}» of an existing rule",
        "只写要增补的取值；要求不同请另立规则。",
        "Write only the values to add; for a different requirement add a rule of your own.",
    ),
    "pack.new_value": (
        "上层规则没有取值「{key}」",
        "the rule has no value «{key}» to fill",
        "改正拼写；若确为新增，请写 title。",
        "Correct the spelling; if it is meant to be new, give it a title.",
    ),
    "pack.unsets": (
        "规则包不能把已有数值改为 unset",
        "a pack cannot unset a value that is known",
        "删去此条；要终止规则请写 value: null 及依据。",
        "Remove it; to end a rule write `value: null` with its reference.",
    ),
    "pack.hides": (
        "自 {date} 起，本包取代了上层之后的取值",
        "from {date} on, this pack stands over later values of the layer below",
        "确认这是本意；否则改 valid_from。",
        "Make sure that this is meant; else change valid_from.",
    ),
}
"""Message and fix of every check by its code."""

WARNINGS = frozenset({"pack.hides"})


def problem(located: Located, code: str, path: tuple[str | int, ...], **more: Any) -> Problem:
    """Return the problem of a check at a path of a file.

    Parameters
    ----------
    located
        The file, with its lines.
    code
        A key of `CHECKS`.
    path
        Where in the file.
    more
        ``value`` and ``allowed`` (text), and the words that the messages leave open.

    Returns
    -------
    Problem
        With file, line and path filled in.
    """
    value, allowed = more.pop("value", None), more.pop("allowed", None)
    zh, en, fix_zh, fix_en = (text.format(**more) for text in CHECKS[code])
    return Problem(
        code=code,
        severity="warning" if code in WARNINGS else "error",
        message={"zh": zh, "en": en},
        fix={"zh": fix_zh, "en": fix_en},
        file=located.file,
        row=located.line(path),
        column=".".join(str(part) for part in path) or None,
        value=None if value is None else str(value),
        allowed=allowed,
    )
