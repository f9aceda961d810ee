"""Two rounds side by side as pages: what changed, for whom, what got worse, what the plan explains, what to decide.

`linli.feedback` works it out; this package only shows it.
"""

from linli.report.outcome.write import write_outcome

__all__ = ["write_outcome"]
