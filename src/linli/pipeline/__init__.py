"""The one place that strings the stages together: survey → assess → improve → feedback, each with its report."""

from linli.pipeline.compare import Comparison, compare
from linli.pipeline.config import Config, load_rules, read_config
from linli.pipeline.plan import Improvement, WhatIf, improve, what_if
from linli.pipeline.run import RunResult, Stage, assess_snapshot, freeze_config, run

__all__ = [
    "Comparison",
    "Config",
    "Improvement",
    "RunResult",
    "Stage",
    "WhatIf",
    "assess_snapshot",
    "compare",
    "freeze_config",
    "improve",
    "load_rules",
    "read_config",
    "run",
    "what_if",
]
