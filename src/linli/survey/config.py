"""The declaration of a dataset (`linli.yaml`): which files make which layers, and how they are to be read.

What belongs here: the records of the declaration, and the strict reader by which every floor reads its own part of
the same file. Opening the files themselves is the business of `read`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from linli.errors import ConfigError, Problem
from linli.strictyaml import Located, read_yaml
from linli.survey.schema import PLACE_COLUMNS, Words, layer_schema
from linli.units import AGE_BANDS

__all__ = [
    "CommunitiesConfig",
    "Dataset",
    "ResidentsConfig",
    "SourceConfig",
    "SourceReference",
    "config_template",
    "read_dataset",
    "read_yaml_model",
]

_Model = TypeVar("_Model", bound=BaseModel)

Scalar = str | int | float | bool
LayerName = Literal[
    "communities", "estates", "buildings", "streets", "facilities", "rooms", "plots", "answers", "wishes"
]
Band = Literal["0_2", "3_5", "6_14", "15_59", "60_79", "80_plus"]
Datum = Annotated[str, Field(pattern=r"^(wgs84|cgcs2000|gcj02|bd09|EPSG:\d{4,6})$")]


def _both_languages(value: Any) -> Any:
    """Let one text stand for both languages."""
    return {"zh": value, "en": value} if isinstance(value, str) else value


def _band_names(value: Any) -> Any:
    """Give bands their names back: without quotes, YAML reads ``0_2`` as 2 and ``15_59`` as 1559."""
    if not isinstance(value, dict):
        return value
    as_number = {band.replace("_", "").lstrip("0"): band for band in AGE_BANDS}
    return {as_number.get(str(key), key): share for key, share in value.items()}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceReference(_Part):
    """Where a number comes from."""

    title: str
    href: str | None = None


class SourceConfig(_Part):
    """One file, and which of its sheets or layers are read as which of ours."""

    file: str
    """Path of the file or folder of CSV, relative to the declaration."""
    layer: LayerName | None = None
    """Which layer it is, where it is only one."""
    layers: tuple[LayerName, ...] | None = None
    """Which layers to take, where it holds several (OSM, workbook, GeoPackage, folder); all recognised if left out."""
    source_layer: str | None = None
    """The sheet or layer inside the file; needs `layer`."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Ours: theirs. `longitude`, `latitude` and `wkt` may be named too."""
    values: dict[str, dict[str, Scalar]] = Field(default_factory=dict)
    """Per column of ours: theirs → ours."""
    constants: dict[str, Scalar] = Field(default_factory=dict)
    """Per column of ours: one value for all rows."""
    where: dict[str, tuple[Scalar, ...]] = Field(default_factory=dict)
    """Per column of theirs: keep only rows with one of these values."""
    datum: Datum | None = None
    """Datum of this file; the dataset's if left out."""
    encoding: str = "auto"
    """Text encoding of CSV and Shapefile; `auto` decides by BOM, then UTF-8, then GB18030."""

    @model_validator(mode="after")
    def _one_layer(self) -> SourceConfig:
        if self.layer and self.layers:
            msg = "give `layer` or `layers`, not both"
            raise ValueError(msg)
        if not self.layer and any((self.source_layer, self.columns, self.values, self.constants, self.where)):
            msg = "`source_layer`, `columns`, `values`, `constants` and `where` need `layer`"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _known_columns(self) -> SourceConfig:
        if self.layer:
            known = {*layer_schema(self.layer).column_names, *PLACE_COLUMNS}
            for part in ("columns", "values", "constants"):
                for name in getattr(self, part):
                    if name not in known:
                        msg = f"`{part}`: layer {self.layer} has no column `{name}` (it has {', '.join(sorted(known))})"
                        raise ValueError(msg)
        return self

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        if value == "auto":
            return value
        try:
            "".encode(value)
        except LookupError:
            msg = f"unknown encoding {value!r} (for example auto, utf-8, gb18030)"
            raise ValueError(msg) from None
        return value


class CommunitiesConfig(_Part):
    """Where the outlines of communities come from."""

    method: Literal["file", "squares", "extent"] = "file"
    """`file`: a layer was given; `squares`: a grid; `extent`: everything is one community."""
    size_m: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """Side of a square, metres; needed for `squares`."""
    kind: Literal["existing", "new"] = "existing"
    """Kind of the communities made by `squares` or `extent`."""

    @model_validator(mode="after")
    def _size(self) -> CommunitiesConfig:
        if self.method == "squares" and self.size_m is None:
            msg = "`method: squares` needs `size_m`, the side of a square in metres"
            raise ValueError(msg)
        return self


class ResidentsConfig(_Part):
    """Where the numbers of residents come from."""

    method: Literal["buildings", "estates", "communities", "grid", "total", "floor_area"]
    """`floor_area`: nobody counted, so residential floor area (m²) stands for people."""
    file: str | None = None
    """Grid cells with people; needed for `grid`."""
    source_layer: str | None = None
    column: str | None = None
    """Column of the grid that holds people."""
    columns: dict[str, str] = Field(default_factory=dict)
    """More columns of the grid: ours (`residents_60_79`, …): theirs."""
    datum: Datum | None = None
    total: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """People in all; needed for `total`."""
    reference: SourceReference | None = None
    age_shares: Annotated[dict[Band, float] | None, BeforeValidator(_band_names)] = None
    """Share of each age band, together 1; bands stay unknown if left out."""

    @model_validator(mode="after")
    def _needs(self) -> ResidentsConfig:
        if self.method == "grid" and (self.file is None or self.column is None):
            msg = "`method: grid` needs `file` and `column`"
            raise ValueError(msg)
        if self.method == "total" and (self.total is None or self.reference is None):
            msg = "`method: total` needs `total` and `reference`"
            raise ValueError(msg)
        return self

    @field_validator("age_shares")
    @classmethod
    def _shares(cls, shares: dict[str, float] | None) -> dict[str, float] | None:
        if shares is not None:
            if any(not 0 <= share <= 1 for share in shares.values()):
                msg = "every share must be between 0 and 1"
                raise ValueError(msg)
            total = sum(shares.values())
            if abs(total - 1) > _SHARE_TOLERANCE:
                msg = f"the shares must add up to 1; they add up to {total:g}"
                raise ValueError(msg)
        return shares


_SHARE_TOLERANCE = 0.005


class Dataset(_Part):
    """One dataset: the part of `linli.yaml` that the survey reads."""

    name: Annotated[Words, BeforeValidator(_both_languages)]
    """What the place is called."""
    surveyed_on: date
    """Of which day the data are."""
    round: str | None = None
    """Which round of the survey, for example 2026."""
    metric_crs: Annotated[str, Field(pattern=r"^(auto|EPSG:\d{4,6})$")] = "auto"
    """Projected system for lengths and areas; `auto` chooses by place."""
    datum: Datum = "wgs84"
    """Datum of the files below that do not say otherwise."""
    area: str | None = None
    """Outline; only what lies within is kept (streets and facilities within `margin_m` around it too)."""
    margin_m: float = Field(default=1000.0, ge=0, le=100_000, allow_inf_nan=False)
    """Metres around `area`."""
    attribution: tuple[str, ...] = ()
    """Who must be named with the data."""
    sources: tuple[SourceConfig, ...] = Field(min_length=1)
    """The files."""
    communities: CommunitiesConfig = CommunitiesConfig()
    """Where the outlines of communities come from."""
    residents: ResidentsConfig | None = None
    """Where the numbers of residents come from; what the layers hold if left out."""
    rules: Any = None
    """Read by the assessment, not here."""
    assess: Any = None
    """Read by the assessment, not here."""
    report: Any = None
    """Read by the report, not here."""
    improve: Any = None
    """Read by the plan, not here."""
    programme: Any = None
    """Read by the programme, not here."""
    proposal: Any = None
    """Read by the proposal, not here."""


_MESSAGES = {
    "missing": ("缺少必填的键", "this key is missing"),
    "extra_forbidden": ("没有这个键", "there is no such key"),
}
_FIX = {
    "missing": (
        "请补上该键；`linli init` 写出的模板有说明。",
        "Add the key; the template of `linli init` explains it.",
    ),
    "extra_forbidden": ("请检查拼写或删去该键。", "Check the spelling or take the key out."),
}
_FIX_OTHER = (
    "请改正该值；`linli init` 写出的模板有说明。",
    "Correct the value; the template of `linli init` explains it.",
)
_SHOWN_LENGTH = 80


def _lines_path(located: Located, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the path in the YAML for a path in the model: keys that are numbers, and no names of union members."""
    path: tuple[str | int, ...] = ()
    for part in loc:
        for candidate in (part, int(part) if isinstance(part, str) and part.lstrip("-").isdigit() else part):
            if (*path, candidate) in located.lines:
                path = (*path, candidate)
                break
    return path


def _as_problem(located: Located, error: Mapping[str, Any]) -> Problem:
    kind, loc = error["type"], tuple(error["loc"])
    path = _lines_path(located, loc)
    text = str(error["msg"]).removeprefix("Value error, ")
    zh, en = _MESSAGES.get(kind, (f"该值不合要求：{text}", text[:1].lower() + text[1:]))
    fix_zh, fix_en = _FIX.get(kind, _FIX_OTHER)
    shown = None
    if kind != "missing" and not isinstance(error["input"], dict | list):
        shown = str(error["input"])[:_SHOWN_LENGTH]
    return Problem(
        code=f"config.{kind if kind in _MESSAGES else 'value'}",
        severity="error",
        message={"zh": zh, "en": en},
        fix={"zh": fix_zh, "en": fix_en},
        file=located.file,
        row=located.line(path),
        column=".".join(str(part) for part in loc) or None,
        value=shown,
    )


def _innermost(errors: Sequence[Any]) -> list[Any]:
    """Leave out a list that is «too short» only because its elements are wrong."""
    places = [tuple(error["loc"]) for error in errors]
    return [
        error
        for error, loc in zip(errors, places, strict=True)
        if error["type"] != "too_short" or not any(len(p) > len(loc) and p[: len(loc)] == loc for p in places)
    ]


def read_yaml_model(path: Path, model: type[_Model]) -> _Model:
    """Read a YAML file into a pydantic model, strictly.

    Types are not converted: ``"12"`` is not a number and ``12`` is not text.

    Parameters
    ----------
    path
        The file, UTF-8.
    model
        The model; its own `extra` setting decides about unknown keys.

    Returns
    -------
    _Model
        The record.

    Raises
    ------
    ConfigError
        If the file is not there or anything in it is wrong; every problem has its line.
    """
    try:
        located = read_yaml(path)
    except OSError as error:
        message = {"zh": f"打不开文件：{error.strerror}", "en": f"the file cannot be opened: {error.strerror}"}
        fix = {
            "zh": "请检查路径；`linli init 文件夹` 可新建一份。",
            "en": "Check the path; `linli init FOLDER` writes a new one.",
        }
        raise ConfigError([Problem("config.file", "error", message, fix, file=str(path))]) from None
    if located.problems:
        raise ConfigError(located.problems)
    if not isinstance(located.data, dict):
        message = {"zh": "文件应由「键: 值」组成", "en": "the file must be made of `key: value` lines"}
        raise ConfigError([located.problem("config.value", (), message)])
    # By way of JSON: there, a list may become a tuple and a text a date, while a text never becomes a number.
    text = json.dumps(located.data, default=str)
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        raise ConfigError([_as_problem(located, one) for one in _innermost(error.errors())]) from None


def read_dataset(path: Path) -> Dataset:
    """Read the survey's part of a declaration.

    Parameters
    ----------
    path
        `linli.yaml`.

    Raises
    ------
    ConfigError
        If the file is not there or anything in it is wrong.
    """
    return read_yaml_model(path, Dataset)


def config_template(lang: Literal["zh", "en"] = "zh") -> str:
    """Return a declaration with every key explained, as `linli init` writes it.

    Parameters
    ----------
    lang
        Language of the comments, ``zh`` or ``en``.
    """
    return (files("linli.survey") / "templates" / f"linli.{lang}.yaml").read_text(encoding="utf-8")
