"""The open data schema: what every layer of a survey holds.

What belongs here: reading `layers/*.yaml` into frozen records, empty frames of the right types, and how a heading that
somebody wrote is recognised. The template, the checks and the schema page of the docs all come from these records.

A *layer* is a table with or without geometry; a *column* has one type, one unit and limits. *Hard* limits refuse a
value, *plausible* limits only warn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from types import MappingProxyType
from typing import Any, Literal

import geopandas as gpd
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from linli.strictyaml import read_yaml
from linli.units import AGE_BANDS, BAND_TITLES

__all__ = [
    "GEOGRAPHIC_CRS",
    "LAYERS",
    "PLACE_COLUMNS",
    "SCHEMA_VERSION",
    "Choice",
    "Column",
    "Layer",
    "Limits",
    "Words",
    "allowed_words",
    "column_dtype",
    "describe_layers",
    "empty_frame",
    "layer_schema",
    "layer_schemas",
    "normal_heading",
]

SCHEMA_VERSION = 1
"""Version of the layers; a snapshot of another version is refused."""

GEOGRAPHIC_CRS = "EPSG:4326"
"""The coordinate system of every geometry in a survey: longitude and latitude, degrees."""

LAYERS: tuple[str, ...] = (
    "communities",
    "estates",
    "buildings",
    "streets",
    "facilities",
    "rooms",
    "plots",
    "answers",
    "wishes",
)
"""The layers in the order in which they are read, checked and shown."""

ColumnType = Literal["text", "number", "integer", "boolean", "date", "choice", "list"]
GeometryKind = Literal["point", "multipoint", "line", "polygon"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(_Record):
    """One text in Chinese and English; ``words["en"]`` works as it does for a dictionary."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        if lang not in ("zh", "en"):
            raise KeyError(lang)
        return self.zh if lang == "zh" else self.en


class Choice(Words):
    """One allowed value: its labels, and the other ways people write it."""

    synonyms: tuple[str, ...] = ()


class Limits(_Record):
    """The smallest and largest value, in the column's unit; ``None`` is no limit."""

    min: float | None = None
    max: float | None = None


class Column(_Record):
    """One column of a layer: type, unit, limits, labels."""

    name: str
    type: ColumnType
    title: Words
    help: Words
    unit: Words | None = None
    key: bool = False
    required: bool = False
    default: str | None = None
    hard: Limits = Limits()
    plausible: Limits = Limits()
    choices: dict[str, Choice] = Field(default_factory=dict)
    choices_from: Literal["facility_types"] | None = None
    or_number: bool = False
    pattern: str | None = None
    refers_to: str | None = None
    synonyms: tuple[str, ...] = ()
    examples: tuple[Any, ...] = ()

    def heading(self, lang: Literal["zh", "en"]) -> str:
        """Return the heading in a workbook: title, unit in brackets, ``*`` if a value is required."""
        title = self.title.zh if lang == "zh" else self.title.en
        unit = f"({getattr(self.unit, lang)})" if self.unit else ""
        return f"{title}{unit}{'*' if self.required else ''}"


class Layer(_Record):
    """One layer: its columns in order, its kinds of geometry, the columns that must be unique together."""

    name: str
    order: int
    title: Words
    help: Words
    synonyms: tuple[str, ...] = ()
    geometry: tuple[GeometryKind, ...] = ()
    unique: tuple[str, ...] = ()
    columns: tuple[Column, ...]

    @property
    def key(self) -> str | None:
        """The column that names a row; ``None`` where several do together (see `unique`)."""
        return next((column.name for column in self.columns if column.key), None)

    def column(self, name: str) -> Column:
        """Return the column of that name.

        Raises
        ------
        KeyError
            If the layer has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns in order, without geometry."""
        return tuple(column.name for column in self.columns)


PLACE_COLUMNS: Mapping[str, Column] = MappingProxyType(
    {
        column.name: column
        for column in (
            Column(
                name="longitude",
                type="number",
                title=Words(zh="经度", en="longitude"),
                help=Words(zh="十进制度，如 120.13721。", en="Decimal degrees, such as 120.13721."),
                unit=Words(zh="°", en="°"),
                synonyms=("lon", "lng", "x", "x坐标", "东经", "经度坐标", "x经度"),
            ),
            Column(
                name="latitude",
                type="number",
                title=Words(zh="纬度", en="latitude"),
                help=Words(zh="十进制度，如 30.32216。", en="Decimal degrees, such as 30.32216."),
                unit=Words(zh="°", en="°"),
                synonyms=("lat", "y", "y坐标", "北纬", "纬度坐标", "y纬度"),
            ),
            Column(
                name="wkt",
                type="text",
                title=Words(zh="几何WKT", en="geometry WKT"),
                help=Words(
                    zh="轮廓或线的 WKT 文本，如 POLYGON((120.1 30.3, …))；有经纬度时可留空。",
                    en="Outline or line as WKT, such as POLYGON((120.1 30.3, …)); may be empty where there is a point.",
                ),
                synonyms=("wkt", "geometry", "geom", "几何", "空间信息", "边界", "轮廓", "坐标串"),
            ),
        )
    }
)
"""How a table without geometry says where things are: two coordinates, or text in WKT."""

_DTYPES: Mapping[str, Any] = MappingProxyType(
    {
        "text": pd.StringDtype(na_value=float("nan")),
        "choice": pd.StringDtype(na_value=float("nan")),
        "list": pd.StringDtype(na_value=float("nan")),
        "number": "float64",
        "integer": "float64",
        "boolean": "boolean",
        "date": "datetime64[ms]",
    }
)


def column_dtype(kind: ColumnType) -> Any:
    """Return the pandas dtype in which a column of that type is held; missing is NaN, NaT or NA."""
    return _DTYPES[kind]


def normal_heading(text: str) -> str:
    """Return a heading in the form in which headings are compared.

    Full-width becomes half-width, letters become small, and brackets with what is in them (the unit), blanks,
    underscores and the star of a required column are left out.

    Examples
    --------
    >>> normal_heading("建筑面积(㎡)*") == normal_heading("建筑面积")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[\s_*:/、.-]+", "", folded)


def _expand(name: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Turn the one entry ``residents_<band>`` into a column for every age band."""
    if "<band>" not in name:
        return [{"name": name, **body}]
    return [{"name": name.replace("<band>", band), **_for_band(body, BAND_TITLES[band])} for band in AGE_BANDS]


def _for_band(body: Mapping[str, Any], band: Mapping[str, str]) -> dict[str, Any]:
    texts = {
        part: {lang: body[part][lang].replace("{band}", band[lang]) for lang in band} for part in ("title", "help")
    }
    forms = _band_forms(band["zh"])
    return {**body, **texts, "synonyms": [text.replace("{band}", form) for text in body["synonyms"] for form in forms]}


def _band_forms(zh: str) -> tuple[str, ...]:
    return (zh, zh.replace("—", "-"), zh.replace("—", "~"), zh.replace("—", "至"), zh.replace("岁及以上", "岁以上"))


@cache
def layer_schemas() -> Mapping[str, Layer]:
    """Return the schema of every layer, by name, in the order of `LAYERS`.

    Raises
    ------
    RuntimeError
        If a schema file that came with the package is broken.
    """
    schemas = {}
    with as_file(files("linli.survey") / "layers") as folder:
        for name in LAYERS:
            read = read_yaml(folder / f"{name}.yaml")
            if read.problems:
                raise RuntimeError(read.problems[0].text())
            body = dict(read.data)
            columns = [column for key, value in body.pop("columns").items() for column in _expand(key, value)]
            schemas[name] = Layer.model_validate({**body, "columns": columns})
    return MappingProxyType(schemas)


def layer_schema(name: str) -> Layer:
    """Return the schema of one layer.

    Raises
    ------
    KeyError
        If there is no layer of that name.
    """
    return layer_schemas()[name]


def empty_frame(name: str) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return a layer without rows, with every column in its type (geometry in EPSG:4326 where the layer has any)."""
    layer = layer_schema(name)
    frame = pd.DataFrame({c.name: pd.Series([], dtype=column_dtype(c.type)) for c in layer.columns})
    if not layer.geometry:
        return frame
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], crs=GEOGRAPHIC_CRS))


_LISTED_CHOICES = 8
"""Up to this many choices are written out; longer lists are looked up."""
_ALLOWED = {
    "zh": {
        "text": "文本", "key": "文本，不能重复", "pattern": "文本，形如 {0}", "refers": "「{0}」表中的编号",
        "wkt": "WKT 文本", "number": "数字", "integer": "整数", "date": "日期，如 2026-07-01", "boolean": "是 / 否",
        "or_number": "数字", "list": "从下拉列表选择", "many": "见“字典”表，用分号隔开", "between": "{0} 至 {1}",
        "from": "≥ {0}", "to": "≤ {1}", "unit": "单位 {0}", "required": "必填", "join": "，",
    },
    "en": {
        "text": "text", "key": "text, each only once", "pattern": "text such as {0}", "refers": "a code of the {0}",
        "wkt": "WKT text", "number": "a number", "integer": "a whole number", "date": "a date such as 2026-07-01",
        "boolean": "yes / no", "or_number": "a number", "list": "choose from the list",
        "many": "see sheet dictionary, separated by semicolons", "between": "{0} to {1}",
        "from": "≥ {0}", "to": "≤ {1}", "unit": "in {0}", "required": "required", "join": ", ",
    },
}  # fmt: skip
_YEAR = "built_year"


def _allowed_range(column: Column, lang: Literal["zh", "en"]) -> str:
    words, (low, high) = _ALLOWED[lang], (column.hard.min, column.hard.max)
    if low is None and high is None:
        return words["unit"].format(column.unit[lang]) if column.unit else ""
    shown = [f"{limit:.0f}" if column.name == _YEAR else f"{limit:,.0f}" for limit in (low or 0, high or 0)]
    kind = "between" if low is not None and high is not None else "from" if low is not None else "to"
    return words[kind].format(*shown) + (f" {column.unit[lang]}" if column.unit else "")


def _allowed_text(column: Column, words: Mapping[str, str], lang: Literal["zh", "en"]) -> str:
    if column.name == "wkt":
        return words["wkt"]
    if column.refers_to is not None:
        return words["refers"].format(layer_schema(column.refers_to).title[lang])
    if column.pattern is not None and column.examples:
        return words["pattern"].format(column.examples[0])
    return words["key" if column.key else "text"]


def _allowed_one(column: Column, lang: Literal["zh", "en"]) -> str:
    words = _ALLOWED[lang]
    if column.type in ("number", "integer"):
        return words["join"].join(part for part in (words[column.type], _allowed_range(column, lang)) if part)
    if column.type == "text":
        return _allowed_text(column, words, lang)
    if column.type == "list":
        return words["many"]
    if column.type in ("date", "boolean"):
        return words[column.type]
    if column.choices_from or len(column.choices) > _LISTED_CHOICES:
        return words["list"]
    choices = [choice[lang] for choice in column.choices.values()]
    return " / ".join([*choices, *([words["or_number"]] if column.or_number else [])])


def allowed_words(column: Column) -> Words:
    """Say what a cell of a column may hold: the one text of the template's help, its warnings and every message.

    Parameters
    ----------
    column
        The column.

    Returns
    -------
    Words
        Such as «必填，数字，0 至 1,000,000 m²».

    Examples
    --------
    >>> allowed_words(layer_schema("rooms").column("floor_area_m2")).en
    'required, a number, 0 to 1,000,000 m²'
    """
    texts = {}
    for lang in ("zh", "en"):
        words = _ALLOWED[lang]
        required = [words["required"]] if column.required else []
        texts[lang] = words["join"].join([*required, _allowed_one(column, lang)])
    return Words(**texts)


_DOC_HEAD = {
    "zh": ("列", "名称", "类型", "单位", "必填", "允许", "说明"),
    "en": ("column", "title", "type", "unit", "required", "allowed", "what it says"),
}
_DOC_TYPES = {
    "zh": {
        "text": "文本", "number": "数字", "integer": "整数", "boolean": "是/否", "date": "日期",
        "choice": "选项", "list": "列表", "point": "点", "multipoint": "多点", "line": "线", "polygon": "面",
    },
    "en": {
        "text": "text", "number": "number", "integer": "whole number", "boolean": "yes/no", "date": "date",
        "choice": "choice", "list": "list", "point": "point", "multipoint": "multipoint", "line": "line",
        "polygon": "polygon",
    },
}  # fmt: skip
_DOC_TEXT = {
    "zh": {"yes": "是", "geometry": "几何", "types": "设施类型词表", "or_number": "或数字", "to": "至"},
    "en": {"yes": "yes", "geometry": "Geometry", "types": "the facility types", "or_number": "or a number", "to": "to"},
}


def _allowed(column: Column, lang: Literal["zh", "en"]) -> str:
    words = _DOC_TEXT[lang]
    parts = [f"`{code}` {getattr(choice, lang)}" for code, choice in column.choices.items()]
    if column.choices_from:
        parts.append(words["types"])
    if column.or_number:
        parts.append(words["or_number"])
    low, high = column.hard.min, column.hard.max
    if low is not None and high is not None:
        parts.append(f"{low:,.0f} {words['to']} {high:,.0f}")
    return "; ".join(parts)


def describe_layers(lang: Literal["zh", "en"]) -> str:
    """Return the schema page of the docs: every layer and column as Markdown tables.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    """
    words, kinds = _DOC_TEXT[lang], _DOC_TYPES[lang]
    lines: list[str] = []
    for layer in layer_schemas().values():
        lines += [f"## {getattr(layer.title, lang)} `{layer.name}`", "", getattr(layer.help, lang), ""]
        if layer.geometry:
            shapes = ", ".join(kinds[shape] for shape in layer.geometry)
            lines += [f"{words['geometry']}: {shapes}. {GEOGRAPHIC_CRS}.", ""]
        lines += ["| " + " | ".join(_DOC_HEAD[lang]) + " |", "|" + "---|" * len(_DOC_HEAD[lang])]
        for column in layer.columns:
            cells = (
                f"`{column.name}`",
                getattr(column.title, lang),
                kinds[column.type],
                getattr(column.unit, lang) if column.unit else "",
                words["yes"] if column.required else "",
                _allowed(column, lang),
                getattr(column.help, lang),
            )
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
        lines.append("")
    return "\n".join(lines)
