"""How the results are shown: languages, PDF, title, author, and what a published map must carry.

These are choices of presentation only. Nothing here changes a figure.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

__all__ = ["Language", "ReportOptions"]

Language = Literal["zh", "en"]
"""The languages a report can be written in."""


class ReportOptions(BaseModel):
    """The `report:` part of ``linli.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lang: tuple[Language, ...] = Field(
        default=("zh", "en"), min_length=1, description="Languages, the first is the one that opens."
    )
    pdf: bool = Field(default=True, description="Whether the PDF documents are made; they need a Chinese font.")
    profiles: Annotated[int, Field(ge=0)] | Literal["all"] = Field(
        default=12,
        description=(
            "How many communities, from the top of the priority list, also get a two-page PDF of their own, in the "
            "first language; `all` for every one. The whole report holds them all in any case, up to 60."
        ),
    )
    title: dict[Language, str] | None = Field(
        default=None, description="Title of the report by language; made from the survey's name if left out."
    )
    organisation: str | None = Field(default=None, max_length=120, description="Who publishes the report.")
    author: str | None = Field(default=None, max_length=120, description="Who made it.")
    approval_number: str | None = Field(
        default=None, max_length=60, description="Map approval number (审图号), printed on every map when given."
    )
    attribution: str | None = Field(
        default=None, max_length=300, description="Words about the data's owners to print on maps besides the survey's."
    )

    @field_validator("lang")
    @classmethod
    def _each_language_once(cls, value: tuple[Language, ...]) -> tuple[Language, ...]:
        if len(set(value)) != len(value):
            msg = "a language is named twice; name each once"
            raise ValueError(msg)
        return value
