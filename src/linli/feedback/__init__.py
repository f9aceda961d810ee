"""反馈 feedback: two rounds side by side — what changed, for whom, what the plan explains, what got worse.

The way through: `guard` (can they be compared at all) → `match` (which entry is which) → `facilities`, `layers` (every
change), `reuse` (rooms and plots back in use), `items`, `reached`, `people` (who gained and who lost), `projects` (the
plan) → `worse`, `totals` → `record`; `summary` and `workbook` write it down.
"""

from linli.feedback.choices import CompareOptions, Decision
from linli.feedback.compare import Round, compare_rounds
from linli.feedback.record import TABLES, Outcome, OutcomeMeta, load_outcome, save_outcome

__all__ = [
    "TABLES",
    "CompareOptions",
    "Decision",
    "Outcome",
    "OutcomeMeta",
    "Round",
    "compare_rounds",
    "load_outcome",
    "save_outcome",
]
