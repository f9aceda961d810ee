"""生活圈, the life circle: how far everybody lives from everything, along the streets.

Arrays and tables in, tables out, in metres of any projected system; knows nothing of standards or surveys.
Build the streets once, put places on them, then ask.
"""

from linli.circle.place import Places, place_points
from linli.circle.reach import Reach, count_within, k_nearest, nearest, node_distances, od_table
from linli.circle.streets import Streets, build_streets, reweight

__all__ = [
    "Places",
    "Reach",
    "Streets",
    "build_streets",
    "count_within",
    "k_nearest",
    "nearest",
    "node_distances",
    "od_table",
    "place_points",
    "reweight",
]
