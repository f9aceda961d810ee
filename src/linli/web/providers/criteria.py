"""The rules of the directory as data: categories, evidence, entry, thresholds of the yearly evaluation, grounds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from linli.survey.config import read_yaml_model
from linli.web.projects.workflow import Words

__all__ = ["Criteria", "Evaluated", "Thresholds", "read_criteria"]

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Share = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(_Strict):
    """A code with its title."""

    id: Code
    title: Words


class EvidenceAsked(Named):
    """A document that a provider of some categories shows; no categories = all."""

    categories: tuple[Code, ...] = ()


class Entry(_Strict):
    """What a provider must have to be listed."""

    min_sites: int = Field(ge=0, description="Places it runs, at least.")


class Thresholds(_Strict):
    """Below `warn` a provider is warned, below `remove` taken off (for a loss: above)."""

    warn: Share
    remove: Share | None = None


class Evaluated(_Strict):
    """What the yearly evaluation looks at."""

    min_months: int = Field(ge=1, le=12)
    open_share: Thresholds
    satisfaction: Thresholds
    complaints_answered: Thresholds
    loss_share: Thresholds
    warnings_to_removal: int = Field(ge=1)


class Criteria(_Strict):
    """The rules of one directory; published versions name them by `id` for ever."""

    id: Code
    title: Words
    basis: Words
    certainty: Literal["published", "internal"]
    categories: tuple[Named, ...] = Field(min_length=1)
    evidence: tuple[EvidenceAsked, ...]
    entry: Entry
    evaluation: Evaluated
    removal_grounds: tuple[Named, ...]

    @model_validator(mode="after")
    def _known(self) -> Criteria:
        known = {category.id for category in self.categories}
        unknown = sorted({name for asked in self.evidence for name in asked.categories} - known)
        if unknown:
            msg = f"evidence for categories that there are not: {', '.join(unknown)}"
            raise ValueError(msg)
        return self

    def asked_of(self, categories: frozenset[str]) -> tuple[EvidenceAsked, ...]:
        """Return the evidence asked of a provider of some categories."""
        return tuple(one for one in self.evidence if not one.categories or categories & set(one.categories))


def read_criteria(path: Path) -> Criteria:
    """Read the rules of a directory strictly.

    Parameters
    ----------
    path
        The YAML file.

    Returns
    -------
    Criteria
        The rules.

    Raises
    ------
    ConfigError
        If the file is not there or anything in it is wrong; every problem has its line.
    """
    return read_yaml_model(path, Criteria)
