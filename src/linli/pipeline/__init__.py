"""The one place that strings the stages together: survey → assess → report."""

from linli.pipeline.config import Config, load_rules, read_config
from linli.pipeline.plan import Improvement, improve
from linli.pipeline.run import RunResult, Stage, assess_snapshot, freeze_config, run

__all__ = [
    "Config",
    "Improvement",
    "RunResult",
    "Stage",
    "assess_snapshot",
    "freeze_config",
    "improve",
    "load_rules",
    "read_config",
    "run",
]
