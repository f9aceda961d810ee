"""The plan as people read it: records, figures, pages, workbook and map layers of a proposal, Chinese and English.

The way through: `build` (proposal → `model`, with `homes`) → `figures` → `pages`, `workbook`, `layers`; `write` strings
them together, with the documents of `linli.report.district`, which is built on this package: so `write` is not imported
here.
"""

from linli.report.plan.build import build_plan_book
from linli.report.plan.figures import PlanFigures
from linli.report.plan.model import PlanBook

__all__ = ["PlanBook", "PlanFigures", "build_plan_book"]
