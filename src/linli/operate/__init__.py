"""运营 operate: what running facilities earns and costs, whether it carries itself, and who might run them.

Templates come from the rules catalogue (family ``operating``), where everything is unset until a city fills it in.
"""

from linli.operate.account import Account, open_accounts, read_template, template_id
from linli.operate.balance import balance_facilities, balance_table, combine, entries_table
from linli.operate.break_even import BreakEven, break_even
from linli.operate.compare import Comparison, compare_modes
from linli.operate.contract import Contract, cash_flow, npv, payback_years, read_contract
from linli.operate.estimate import estimate_years
from linli.operate.facilities import read_facilities
from linli.operate.finance import Appraisal, appraise
from linli.operate.lines import LEVERS, STREAMS
from linli.operate.mode import Mode, mode_names, read_mode
from linli.operate.record import Balance, Entry, Facility
from linli.operate.simulate import Simulation, simulate
from linli.operate.tornado import read_swings, tornado

__all__ = [
    "LEVERS",
    "STREAMS",
    "Account",
    "Appraisal",
    "Balance",
    "BreakEven",
    "Comparison",
    "Contract",
    "Entry",
    "Facility",
    "Mode",
    "Simulation",
    "appraise",
    "balance_facilities",
    "balance_table",
    "break_even",
    "cash_flow",
    "combine",
    "compare_modes",
    "entries_table",
    "estimate_years",
    "mode_names",
    "npv",
    "open_accounts",
    "payback_years",
    "read_contract",
    "read_facilities",
    "read_mode",
    "read_swings",
    "read_template",
    "simulate",
    "template_id",
    "tornado",
]
