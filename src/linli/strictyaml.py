"""YAML read strictly, with the line of every key kept for error messages.

What belongs here: reading one YAML file so that a duplicate key, a tab, a broken indent or a file that is not UTF-8
is a `Problem` with file and line, never a silent guess. What the keys mean is the caller's business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from linli.errors import Problem

__all__ = ["Located", "read_yaml"]

Path_ = tuple[str | int, ...]

_FIX = {"zh": "请改正该行后重试。", "en": "Correct the line and try again."}


@dataclass(frozen=True, slots=True)
class Located:
    """What a YAML file says, and on which line it says it.

    Parameters
    ----------
    data
        Plain dictionaries, lists, text, numbers, booleans, dates and ``None``.
    lines
        1-based line of every key and list element, by its path, e.g. ``("values", "area", 0, "unit")``.
    problems
        What is wrong with the YAML itself; if any is there, `data` may be incomplete.
    file
        The file's name, for messages.
    """

    data: Any
    lines: Mapping[Path_, int]
    problems: tuple[Problem, ...]
    file: str

    def line(self, path: Path_) -> int | None:
        """Return the line of a path, or of its nearest ancestor that has one."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 1

    def problem(self, code: str, path: Path_, message: dict[str, str], **more: Any) -> Problem:
        """Return an error at a path of this file."""
        return Problem(
            code=code,
            severity="error",
            message=message,
            fix=more.pop("fix", _FIX),
            file=self.file,
            row=self.line(path),
            column=".".join(str(part) for part in path) or None,
            **more,
        )


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Parses into nodes; libyaml's where this PyYAML has it (ten times as fast, same nodes and marks)."""

_TEXT = "tag:yaml.org,2002:str"

_PLAIN = {
    "tag:yaml.org,2002:bool": re.compile(r"true|false|True|False|TRUE|FALSE"),
    "tag:yaml.org,2002:int": re.compile(r"[-+]?(0|[1-9][0-9]*)|0x[0-9a-fA-F]+"),
    "tag:yaml.org,2002:float": re.compile(
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
    ),
}
"""What is a truth or a number, as in YAML 1.2: in YAML 1.1 the key ``on`` is true, ``0_2`` is 2 and ``8:30`` is 510."""


def _is_word(node: yaml.Node) -> bool:
    pattern = _PLAIN.get(node.tag)
    return pattern is not None and pattern.fullmatch(node.value) is None


def _construct(node: yaml.Node, path: Path_, out: dict[Path_, int], file: str, problems: list[Problem]) -> Any:
    # The node tree is walked by hand, so that keys keep their lines.
    out.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _construct_mapping(node, path, out, file, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(child, (*path, i), out, file, problems) for i, child in enumerate(node.value)]
    if node.tag == _TEXT or _is_word(node):
        return node.value
    try:
        return yaml.constructor.SafeConstructor().construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as error:
        message = {"zh": f"无法读取该值：{error}", "en": f"this value cannot be read: {error}"}
        problems.append(
            Problem(
                "yaml.value", "error", message, _FIX, file=file, row=node.start_mark.line + 1, value=str(node.value)
            )
        )
        return None


def _construct_mapping(
    node: yaml.MappingNode, path: Path_, out: dict[Path_, int], file: str, problems: list[Problem]
) -> dict[Any, Any]:
    data: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = _construct(key_node, (*path, "<key>"), {}, file, problems)
        if not isinstance(key, str | int | float | bool) and not hasattr(key, "isoformat"):
            message = {"zh": "键必须是文字、数字或日期", "en": "a key must be text, a number or a date"}
            problems.append(Problem("yaml.key", "error", message, _FIX, file=file, row=line, value=str(key)))
            continue
        if key in data:
            message = {"zh": f"键「{key}」重复", "en": f"duplicate key «{key}»"}
            fix = {"zh": "只保留其中一个。", "en": "Keep one of the two."}
            problems.append(Problem("yaml.duplicate_key", "error", message, fix, file=file, row=line, value=str(key)))
            continue
        here = (*path, key if isinstance(key, int) and not isinstance(key, bool) else str(key))
        out[here] = line
        data[key] = _construct(value_node, here, out, file, problems)
    return data


def read_yaml(path: Path, *, name: str | None = None) -> Located:
    """Read one YAML file strictly.

    Parameters
    ----------
    path
        The file; UTF-8, with or without a byte-order mark.
    name
        How to call it in messages; its file name if left out.

    Returns
    -------
    Located
        Data, lines, and the problems found. A file that is not YAML or not UTF-8 gives ``data=None`` and a problem.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    file = name or path.name
    problems: list[Problem] = []
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = {"zh": "文件不是 UTF-8 编码", "en": f"the file is not UTF-8 (byte {error.start})"}
        fix = {"zh": "请另存为 UTF-8。", "en": "Save it as UTF-8."}
        return Located(None, {}, (Problem("yaml.encoding", "error", message, fix, file=file),), file)
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = {"zh": f"不是合法的 YAML：{error.problem}", "en": f"not valid YAML: {error.problem}"}
        row = mark.line + 1 if mark else None
        return Located(None, {}, (Problem("yaml.syntax", "error", message, _FIX, file=file, row=row),), file)
    except yaml.YAMLError as error:
        message = {"zh": f"不是合法的 YAML：{error}", "en": f"not valid YAML: {error}"}
        return Located(None, {}, (Problem("yaml.syntax", "error", message, _FIX, file=file),), file)
    finally:
        loader.dispose()
    lines: dict[Path_, int] = {}
    data = None if node is None else _construct(node, (), lines, file, problems)
    return Located(data, lines, tuple(problems), file)
