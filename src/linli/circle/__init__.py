"""生活圈, the life circle: how far everybody lives from everything, along the streets.

Arrays and tables in, tables out, in metres of any projected system; knows nothing of standards or surveys.
Build the streets once, put places on them, then ask.
"""

from linli.circle.catchment import Catchment, two_step_catchment
from linli.circle.outline import outline, walked_streets
from linli.circle.place import Places, place_points
from linli.circle.reach import Reach, count_within, k_nearest, nearest, node_distances, od_table
from linli.circle.route import Route, shortest_path
from linli.circle.streets import Grid, Streets, build_streets, reweight

__all__ = [
    "Catchment",
    "Grid",
    "Places",
    "Reach",
    "Route",
    "Streets",
    "build_streets",
    "count_within",
    "k_nearest",
    "nearest",
    "node_distances",
    "od_table",
    "outline",
    "place_points",
    "reweight",
    "shortest_path",
    "two_step_catchment",
    "walked_streets",
]
