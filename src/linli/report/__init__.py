"""Report 报告: pages, maps, charts, workbook, map data and PDF of an assessment, in Chinese and English.

The way through: `build` (tables → records) → `figures` (maps and charts, drawn by `maps` and `charts` with `svg`) →
`html`, `workbook`, `geopackage`, `data`, `pdf`; `write` strings them together. Words come from `words`, numbers from
`formats`.
"""

from linli.report.fonts import find_fonts
from linli.report.options import ReportOptions
from linli.report.write import write_report

__all__ = ["ReportOptions", "find_fonts", "write_report"]
