"""奖补 subsidy: what the city adds to old estates that create a future community, exactly and in words."""

from linli.improve.subsidy.compute import compute_subsidies, compute_subsidy, explain_subsidy
from linli.improve.subsidy.ratio import find_ratio
from linli.improve.subsidy.record import Note, Payment, Project, Step, Subsidy
from linli.improve.subsidy.stages import pay_in_stages
from linli.improve.subsidy.tables import payments_table, read_projects, steps_table, subsidy_table

__all__ = [
    "Note",
    "Payment",
    "Project",
    "Step",
    "Subsidy",
    "compute_subsidies",
    "compute_subsidy",
    "explain_subsidy",
    "find_ratio",
    "pay_in_stages",
    "payments_table",
    "read_projects",
    "steps_table",
    "subsidy_table",
]
