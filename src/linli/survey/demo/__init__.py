"""The demo city: a believable district that does not exist, made from a seed.

`make_city` gives its layers, `demo_survey` a frozen `Survey` of it (any size, for benchmarks), and `write_demo` the
files that a real district would hand over: a workbook, a table in GB18030, a GeoPackage and a declaration.
"""

from __future__ import annotations

from linli.survey.demo.city import METRIC_CRS, DemoCity, make_city
from linli.survey.demo.frozen import demo_survey
from linli.survey.demo.plan import DISTRICT, WHOLE_CITY, CityPlan, plan_for
from linli.survey.demo.write import PACK, write_demo

__all__ = [
    "DISTRICT",
    "METRIC_CRS",
    "PACK",
    "WHOLE_CITY",
    "CityPlan",
    "DemoCity",
    "demo_survey",
    "make_city",
    "plan_for",
    "write_demo",
]
