"""The district plan 一区一规划: one document model, written as an editable Word file and as a PDF.

The way through: chapters (`foundation` … `safeguards`, `annex`) write blocks from a `desk`; `content` puts them
together into a `document`; `numbering` counts; `docx` and `pdf` write; `write` does so for every district.
"""

from linli.report.district.write import write_district_plans

__all__ = ["write_district_plans"]
