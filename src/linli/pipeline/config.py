"""The whole of ``linli.yaml``: the dataset, the rules it is judged by, and how the results are shown.

Each floor owns the part that it understands; this module only puts them side by side.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from linli.assess.options import AssessOptions
from linli.improve.choices import ImproveOptions, ProgrammeOptions, ProposalOptions
from linli.report.options import ReportOptions
from linli.rules import Catalogue, load_catalogue
from linli.survey.config import Dataset, read_yaml_model

__all__ = ["Config", "RulesOptions", "load_rules", "read_config"]


class RulesOptions(BaseModel):
    """Which rules hold: the packs laid over the national catalogue, and the date."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    packs: tuple[Path, ...] = Field(
        default=(), description="Folders of city packs, in the order in which they are laid."
    )
    on: dt.date | None = Field(default=None, description="Rules in force on this date; the survey's date if left out.")


class Config(Dataset):
    """A dataset together with its rules, and how it is assessed, shown and improved."""

    rules: RulesOptions = RulesOptions()
    assess: AssessOptions = AssessOptions()
    report: ReportOptions = ReportOptions()
    improve: ImproveOptions | None = None
    programme: ProgrammeOptions | None = None
    proposal: ProposalOptions = ProposalOptions()


def read_config(path: Path) -> Config:
    """Read a ``linli.yaml``.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Config
        The declaration, frozen.

    Raises
    ------
    ConfigError
        If anything in it is wrong; every problem with its line.
    OSError
        If the file cannot be opened.
    """
    return read_yaml_model(path, Config)


def load_rules(config: Config, base: Path) -> Catalogue:
    """Load the national catalogue with the config's packs over it.

    Parameters
    ----------
    config
        The declaration.
    base
        The folder that relative pack paths start from: where ``linli.yaml`` is.

    Returns
    -------
    Catalogue
        The rules in force for this dataset.

    Raises
    ------
    RuleFileError
        If a pack is broken.
    """
    return load_catalogue([base / pack for pack in config.rules.packs])
