"""The plan as people read it: records, figures, pages, workbook and map layers of a proposal, Chinese and English.

The way through: `build` (proposal → `model`, with `homes`) → `figures` → `pages`, `workbook`, `layers`; `write` strings
them together.
"""

from linli.report.plan.build import build_plan_book
from linli.report.plan.figures import PlanFigures
from linli.report.plan.model import PlanBook
from linli.report.plan.write import write_plan

__all__ = ["PlanBook", "PlanFigures", "build_plan_book", "write_plan"]
