"""The one place that strings the stages together: survey → assess → report."""

from linli.pipeline.config import Config, read_config
from linli.pipeline.run import RunResult, Stage, assess_snapshot, run

__all__ = ["Config", "RunResult", "Stage", "assess_snapshot", "read_config", "run"]
