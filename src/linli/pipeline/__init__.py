"""The one place that strings the stages together: survey → assess → report."""

from linli.pipeline.config import Config, load_rules, read_config
from linli.pipeline.run import RunResult, Stage, assess_snapshot, freeze_config, run

__all__ = ["Config", "RunResult", "Stage", "assess_snapshot", "freeze_config", "load_rules", "read_config", "run"]
