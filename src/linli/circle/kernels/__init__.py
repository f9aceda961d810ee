"""Compiled kernels of the life circle: arrays in, arrays out, no tables, no checks, no exceptions.

Private to `linli.circle`. Terms used here:

edge
    A street between two nodes ``a ≤ b``; edges are sorted by ``(a, b)``, so those *owned* by a node (its ``a`` end)
    are contiguous.
cost
    Whole millimetres along an edge, extra metres for steps and crossings included.
label
    What a search knows of a node: ``cost << 32 | rank``, where rank is the place the search came from. Comparing two
    labels compares cost first and rank second, so ties always fall to the lowest rank.
stop
    A position on an edge where a place (building or facility) is entered.
slot
    Number of an origin in the order of its first stop, so that neighbours on the ground are neighbours in memory.
"""

__all__: list[str] = []
