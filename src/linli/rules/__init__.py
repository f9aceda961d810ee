"""The standards as data: dated, cited figures that are looked up, never written into code.

`load_catalogue` reads the national catalogue and lays packs over it; a `Catalogue` answers by rule id and date.
"""

from linli.rules.links import FACILITY_TYPES, normal_name, split_reference
from linli.rules.loader import check_pack, load_catalogue
from linli.rules.lookup import Catalogue
from linli.rules.records import CERTAINTIES, NATIONAL, Certainty, Family, Frozen, Pack, Rule, Value, weakest

__all__ = [
    "CERTAINTIES",
    "FACILITY_TYPES",
    "NATIONAL",
    "Catalogue",
    "Certainty",
    "Family",
    "Frozen",
    "Pack",
    "Rule",
    "Value",
    "check_pack",
    "load_catalogue",
    "normal_name",
    "split_reference",
    "weakest",
]
