"""The words of a comparison, Chinese and English, from ``text.yaml``: no text that a reader sees is written in code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from linli.errors import RuleFileError
from linli.strictyaml import read_yaml
from linli.survey import layer_schema

__all__ = ["LANGUAGES", "Language", "both", "load_table", "say", "say_value", "word_keys"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_FILE = Path(__file__).with_name("text.yaml")


def load_table(path: Path) -> Any:
    """Read a YAML file that ships with this package.

    Parameters
    ----------
    path
        Its place.

    Returns
    -------
    object
        What it says.

    Raises
    ------
    RuleFileError
        If it is broken.
    """
    read = read_yaml(path)
    if read.problems:
        raise RuleFileError(read.problems)
    return read.data


@cache
def _table() -> Mapping[str, Mapping[str, str]]:
    return {f"{group}.{key}": texts for group, one in load_table(_FILE).items() for key, texts in one.items()}


def word_keys() -> tuple[str, ...]:
    """Return every key, in the order of the file."""
    return tuple(_table())


def say(key: str, lang: Language, **values: Any) -> str:
    """Return a text, its fields filled in.

    Parameters
    ----------
    key
        ``group.name``.
    lang
        ``zh`` or ``en``.
    values
        Its fields, written as they come.

    Returns
    -------
    str
        The text; the key's last part where there is no such text, so that a new code is shown and not lost.

    Raises
    ------
    KeyError
        If a field of the text is not given.
    """
    texts = _table().get(key)
    if texts is None:
        return key.rpartition(".")[2]
    return texts[lang].format(**values) if values else texts[lang]


def say_value(layer: str, column: str, value: str, lang: Language) -> str:
    """Return what a cell of a layer says: a code of the survey in words, yes and no; anything else as it is.

    Parameters
    ----------
    layer, column
        Where the cell stands.
    value
        As `linli.feedback.values.as_text` writes it, in the column's unit.
    lang
        ``zh`` or ``en``.

    Returns
    -------
    str
        In words.

    Examples
    --------
    >>> say_value("estates", "property_service", "none", "en")
    'none'
    >>> say_value("facilities", "status", "in_use", "zh")
    '在用'
    """
    if value in ("true", "false", "absent"):
        return say(f"value.{value}", lang)
    schema = {one.name: one for one in layer_schema(layer).columns}.get(column)
    choice = schema.choices.get(value) if schema is not None and schema.choices else None
    return value if choice is None else str(getattr(choice, lang))


def both(key: str, **values: Any) -> dict[str, str]:
    """Return a text in both languages; a value that is a mapping of languages is put in by language.

    Parameters
    ----------
    key
        ``group.name``.
    values
        Its fields: text, or ``{"zh": …, "en": …}``.

    Returns
    -------
    dict
        By language.
    """
    return {
        lang: say(key, lang, **{k: v[lang] if isinstance(v, Mapping) else v for k, v in values.items()})
        for lang in LANGUAGES
    }
