"""Exact label-correcting search over the streets.

One queue, first in first out, serves all labels within a stride; those beyond wait in a second list until the stride
moves on. Pushes are written without a branch (the slot is written always, the end moves only if the label improved),
which is what makes it several times faster than a heap. A label is final when both lists are empty; improvements are
strict, so the result does not depend on the order in which nodes are served.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from linli.circle.kernels.order import LANES

__all__ = [
    "BITS",
    "MAX_COST",
    "NEAR",
    "SLOT",
    "STRIDE",
    "TO_A",
    "TO_B",
    "UNREACHED",
    "ZERO",
    "B",
    "Goals",
    "Net",
    "Stops",
    "clear",
    "pack_limit",
    "seeds_of",
    "spread",
    "stand",
]

BITS = 32
"""Bits of a label below its cost: room for the rank."""

MAX_COST = 2**30 - 1
"""Longest distance a search can hold, mm (1,073 km)."""

UNREACHED = 1 << 62
"""A label above all others: room for a target where there is none."""

STRIDE = 500_000 << BITS
"""How much further (0.5 km, as a label) a search goes before it turns to the nodes that wait."""

NEAR = 2_000_000 << BITS
"""Limits (2 km, as a label) below which nothing waits: one stride does."""

B, TO_A, TO_B, SLOT = 0, 1, 2, 3
"""Columns of `Stops.way`."""

ZERO: Any = np.int64(0)
"""A zero that is not a literal: numba would compile a function that takes one for every literal anew."""

_CHUNK = 512  # nodes served between two looks at the room left in the lists


class Net(NamedTuple):
    """Streets as a search sees them."""

    links: NDArray[np.int32]
    """Shape (search nodes, `LANES`, 2): neighbour and cost in mm."""
    edge_a: NDArray[np.int32]
    edge_b: NDArray[np.int32]
    cost: NDArray[np.int32]
    """Cost of every edge, mm."""
    in_start: NDArray[np.int32]
    """Where the edges of which a node is the ``b`` end start in `in_edge`; loops are left out."""
    in_edge: NDArray[np.int32]
    in_most: NDArray[np.int32]
    """Greatest cost among those edges, per node, mm; 0 where there is none."""


class Stops(NamedTuple):
    """Stops of the origins, sorted by edge."""

    start: NDArray[np.int32]
    """Where the stops of every edge start."""
    node_start: NDArray[np.int32]
    """Where the stops on the edges owned by every node start."""
    a: NDArray[np.int32]
    way: NDArray[np.int32]
    """Shape (stops, 4), side by side in memory because a sweep needs them together: `B` end of the edge, costs `TO_A`
    and `TO_B` from the place (offset included, mm), and `SLOT`."""
    position: NDArray[np.int32]
    offset: NDArray[np.int32]
    row: NDArray[np.int32]
    """Row of the caller's index, per slot."""


class Goals(NamedTuple):
    """Stops of the targets, sorted by target."""

    start: NDArray[np.int32]
    """Where the stops of every target start."""
    edge: NDArray[np.int32]
    position: NDArray[np.int32]
    offset: NDArray[np.int32]
    rank: NDArray[np.int32]
    """Rank of every target, which decides ties."""


@njit(cache=True, nogil=True)
def stand(
    order: NDArray[np.int32],
    edge: NDArray[np.int32],
    position_m: NDArray[np.float64],
    offset_m: NDArray[np.float64],
    length_m: NDArray[np.float64],
    edge_a: NDArray[np.int32],
    edge_b: NDArray[np.int32],
    cost: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return `a`, `way` (slots still to be numbered), position and offset of stops, in the order given, in whole mm."""
    a = np.empty(order.size, np.int32)
    way = np.empty((order.size, 4), np.int32)
    position = np.empty(order.size, np.int32)
    offset = np.empty(order.size, np.int32)
    for k in range(order.size):
        i = order[k]
        e = edge[i]
        position[k] = min(np.int64(np.rint(position_m[i] / length_m[e] * cost[e])), np.int64(cost[e]))
        offset[k] = np.int64(np.rint(offset_m[i] * 1000.0))
        a[k] = edge_a[e]
        way[k, B] = edge_b[e]
        way[k, TO_A] = offset[k] + position[k]
        way[k, TO_B] = offset[k] + cost[e] - position[k]
        way[k, SLOT] = k
    return a, way, position, offset


@njit(cache=True, nogil=True)
def pack_limit(limit: int) -> int:
    """Return the largest label within a limit in mm."""
    return ((limit + 1) << BITS) - 1


@njit(cache=True, nogil=True)
def seeds_of(net: Net, goals: Goals, rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return the end nodes of the edges on which targets stand, and the labels with which they start."""
    size = 0
    for t in rows:
        size += 2 * (goals.start[t + 1] - goals.start[t])
    node = np.empty(size, np.int32)
    label = np.empty(size, np.int64)
    k = 0
    for t in rows:
        for i in range(goals.start[t], goals.start[t + 1]):
            e = goals.edge[i]
            near = np.int64(goals.offset[i]) + goals.position[i]
            away = np.int64(goals.offset[i]) + net.cost[e] - goals.position[i]
            if goals.position[i] < net.cost[e]:  # at the b end itself, a is reached through b
                node[k], label[k] = net.edge_a[e], (near << BITS) | goals.rank[t]
                k += 1
            if goals.position[i] > 0:
                node[k], label[k] = net.edge_b[e], (away << BITS) | goals.rank[t]
                k += 1
    return node[:k], label[:k]


@njit(cache=True, nogil=True)
def _serve(
    links: NDArray[np.int32],
    label: NDArray[np.int64],
    touched: NDArray[np.int32] | None,
    n_touched: int,
    queue: NDArray[np.int32],
    head: int,
    stop: int,
    tail: int,
    waiting: NDArray[np.int32] | None,
    n_waiting: int,
    horizon: int,
    limit: int,
    bound: NDArray[np.int64] | None,
) -> tuple[int, int, int, int]:
    """Relax the links of the nodes queued from `head` on, up to `stop`; the lists have room for so many.

    What is None is compiled away. Without a list of those waiting, the horizon is the limit.
    """
    while head < tail and head < stop:
        u = queue[head]
        head += 1
        d = label[u]
        for j in range(LANES):
            v = links[u, j, 0]
            new = d + (np.int64(links[u, j, 1]) << BITS)
            old = label[v]
            better = new < old
            if bound is not None:
                better = better & (new < bound[v, bound.shape[1] - 1])
            label[v] = new if better else old
            if touched is not None:
                touched[n_touched] = v
                n_touched += better & (old > limit)
            queue[tail] = v
            if waiting is None:
                tail += better
            else:
                tail += better & (new <= horizon)
                waiting[n_waiting] = v
                n_waiting += better & (new > horizon)
    return n_touched, head, tail, n_waiting


@njit(cache=True, nogil=True)
def _bigger(items: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return a longer list that begins with these."""
    longer = np.empty(2 * items.size + 2 * LANES * _CHUNK, np.int32)
    longer[: items.size] = items
    return longer


@njit(cache=True, nogil=True)
def _start(
    label: NDArray[np.int64],
    touched: NDArray[np.int32] | None,
    seed_node: NDArray[np.int32],
    seed_label: NDArray[np.int64],
    limit: int,
    bound: NDArray[np.int64] | None,
    queue: NDArray[np.int32],
) -> tuple[int, int, int]:
    """Queue the seeds; return how many nodes are touched and queued, and the least label.

    Counts are 64-bit from the start, or every literal zero would be compiled for on its own.
    """
    n_touched, tail = ZERO, ZERO
    low = limit + ZERO
    for i in range(seed_node.size):
        u, d = seed_node[i], seed_label[i]
        if bound is not None and d >= bound[u, bound.shape[1] - 1]:
            continue
        if d < label[u]:
            if touched is not None:
                touched[n_touched] = u
                n_touched += label[u] > limit
            label[u] = d
            queue[tail] = u
            tail += 1
            low = min(low, d)
    return n_touched, tail, low


@njit(cache=True, nogil=True)
def _spread_near(
    links: NDArray[np.int32],
    label: NDArray[np.int64],
    touched: NDArray[np.int32] | None,
    seed_node: NDArray[np.int32],
    seed_label: NDArray[np.int64],
    limit: int,
    bound: NDArray[np.int64] | None,
) -> int:
    """Serve all nodes in one stride."""
    queue = np.empty(seed_node.size + 2 * LANES * _CHUNK, np.int32)
    n_touched, tail, _ = _start(label, touched, seed_node, seed_label, limit, bound, queue)
    head, none = ZERO, ZERO
    while head < tail:
        if tail + LANES * _CHUNK >= queue.size:
            queue = _bigger(queue[head:tail])
            tail -= head
            head = ZERO
        stop = head + (queue.size - tail) // LANES - 1
        n_touched, head, tail, _ = _serve(
            links, label, touched, n_touched, queue, head, stop, tail, None, none, limit, limit, bound
        )
    return n_touched


@njit(cache=True, nogil=True)
def _spread_far(
    links: NDArray[np.int32],
    label: NDArray[np.int64],
    touched: NDArray[np.int32] | None,
    seed_node: NDArray[np.int32],
    seed_label: NDArray[np.int64],
    limit: int,
    bound: NDArray[np.int64] | None,
) -> int:
    """Serve nodes stride by stride."""
    queue = np.empty(2 * LANES * _CHUNK, np.int32)
    waiting = np.empty(seed_node.size + 2 * LANES * _CHUNK, np.int32)
    n_touched, n_waiting, low = _start(label, touched, seed_node, seed_label, limit, bound, waiting)
    horizon = low - 1
    while n_waiting > 0:
        done = horizon
        horizon = min(horizon + STRIDE, limit)
        if queue.size < n_waiting:
            queue = np.empty(n_waiting + 2 * LANES * _CHUNK, np.int32)
        head, tail, kept = ZERO, ZERO, ZERO
        for i in range(n_waiting):
            u = waiting[i]
            if label[u] > horizon:
                waiting[kept] = u
                kept += 1
            elif label[u] > done:
                queue[tail] = u
                tail += 1
        n_waiting = kept
        while head < tail:
            if tail + LANES * _CHUNK >= queue.size:
                queue = _bigger(queue[head:tail])
                tail -= head
                head = ZERO
            if n_waiting + LANES * _CHUNK >= waiting.size:
                waiting = _bigger(waiting[:n_waiting])
            stop = head + min(queue.size - tail, waiting.size - n_waiting) // LANES - 1
            n_touched, head, tail, n_waiting = _serve(
                links, label, touched, n_touched, queue, head, stop, tail, waiting, n_waiting, horizon, limit, bound
            )
    return n_touched


@njit(cache=True, nogil=True)
def spread(
    links: NDArray[np.int32],
    label: NDArray[np.int64],
    touched: NDArray[np.int32] | None,
    seed_node: NDArray[np.int32],
    seed_label: NDArray[np.int64],
    limit: int,
    bound: NDArray[np.int64] | None,
) -> int:
    """Lower `label` from the seeds outwards up to a limit (a label); return how many nodes are touched.

    Where no search has been, `label` holds the limit plus one: improving a label and keeping within the limit are then
    the same test. Nodes whose label was above the limit are appended to `touched`, if it is given; it has room for all
    search nodes and one more. Where a bound is given (search nodes x k, ascending labels), the search goes only where
    it beats the last.
    """
    if limit < NEAR:
        return _spread_near(links, label, touched, seed_node, seed_label, limit, bound)
    return _spread_far(links, label, touched, seed_node, seed_label, limit, bound)


@njit(cache=True, nogil=True)
def clear(label: NDArray[np.int64], touched: NDArray[np.int32], n_touched: int, unreached: int) -> None:
    """Make every touched node unreached again."""
    for i in range(n_touched):
        label[touched[i]] = unreached
