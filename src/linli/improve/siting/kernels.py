"""The compiled steps of the search: choose, give up, pick, and rounds of destroy and repair.

`City` is what does not change, `Now` is the choice and what follows from it, kept up to date step by step:
``gain[i]`` = what option i would add (or, chosen, what taking it away would have to give back) and ``counts[j]`` = how
many chosen options cover demand row j. Constraints stand as Σ a_i x_i ≤ limit.
"""

from __future__ import annotations

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

__all__ = ["City", "Now", "best_addition", "climb", "mend", "turn_off", "turn_on", "violated"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class City(NamedTuple):
    """What does not change: coverage both ways, weights, bounds of the options, constraints option by option."""

    option_at: Ints
    option_rows: Ints
    row_at: Ints
    row_options: Ints
    weight: Floats
    linear: Floats
    free: Ints
    fixed: Ints
    use: Floats
    bound_at: Ints
    bound_rows: Ints
    bound_values: Floats
    limit: Floats


class Now(NamedTuple):
    """The choice and what follows from it."""

    x: Ints
    gain: Floats
    counts: Ints
    activity: Floats


@numba.njit(cache=True)
def turn_on(city: City, now: Now, option: int) -> None:
    """Choose an option."""
    now.x[option] = 1
    for a in range(city.bound_at[option], city.bound_at[option + 1]):
        now.activity[city.bound_rows[a]] += city.bound_values[a]
    for a in range(city.option_at[option], city.option_at[option + 1]):
        j = city.option_rows[a]
        now.counts[j] += 1
        if now.counts[j] == 1:
            for b in range(city.row_at[j], city.row_at[j + 1]):
                now.gain[city.row_options[b]] -= city.weight[j]


@numba.njit(cache=True)
def turn_off(city: City, now: Now, option: int) -> None:
    """Give a chosen option up."""
    now.x[option] = 0
    for a in range(city.bound_at[option], city.bound_at[option + 1]):
        now.activity[city.bound_rows[a]] -= city.bound_values[a]
    for a in range(city.option_at[option], city.option_at[option + 1]):
        j = city.option_rows[a]
        now.counts[j] -= 1
        if now.counts[j] == 0:
            for b in range(city.row_at[j], city.row_at[j + 1]):
                now.gain[city.row_options[b]] += city.weight[j]


@numba.njit(cache=True)
def violated(city: City, now: Now) -> bool:
    """Return whether a constraint is broken."""
    for r in range(len(city.limit)):  # noqa: SIM110 - compiled loop
        if now.activity[r] > city.limit[r]:
            return True
    return False


@numba.njit(cache=True)
def _fits(city: City, now: Now, option: int) -> bool:
    """Return whether choosing an option breaks no constraint that it works against."""
    for a in range(city.bound_at[option], city.bound_at[option + 1]):
        r = city.bound_rows[a]
        if city.bound_values[a] > 0.0 and now.activity[r] + city.bound_values[a] > city.limit[r]:
            return False
    return True


@numba.njit(cache=True)
def best_addition(city: City, now: Now, by_use: bool, noise: float) -> int:
    """Return the option that fits and gains most (for its use, or at all), -1 if none gains."""
    best, best_score = -1, 0.0
    for i in range(len(now.x)):
        if now.x[i] == 1 or city.free[i] == 0 or now.gain[i] <= 0.0:
            continue
        score = now.gain[i] / city.use[i] if by_use else now.gain[i]
        if noise > 0.0:
            score *= 1.0 + noise * np.random.random()  # noqa: NPY002 - the generator that numba compiles
        if score > best_score and _fits(city, now, i):
            best, best_score = i, score
    return best


@numba.njit(cache=True)
def _worth(city: City, now: Now, option: int) -> float:
    """Return what giving a chosen option up would lose, for its use."""
    lost = city.linear[option]
    for a in range(city.option_at[option], city.option_at[option + 1]):
        if now.counts[city.option_rows[a]] == 1:
            lost += city.weight[city.option_rows[a]]
    return float(lost / city.use[option])


@numba.njit(cache=True)
def _presses(city: City, now: Now, option: int) -> bool:
    """Return whether a chosen option adds to a constraint that is broken."""
    for a in range(city.bound_at[option], city.bound_at[option + 1]):
        r = city.bound_rows[a]
        if city.bound_values[a] > 0.0 and now.activity[r] > city.limit[r]:
            return True
    return False


@numba.njit(cache=True)
def mend(city: City, now: Now) -> None:
    """Give up options, the one worth least first, until no constraint is broken that giving up can mend."""
    while violated(city, now):
        least, which = np.inf, -1
        for i in range(len(now.x)):
            if now.x[i] == 1 and city.fixed[i] == 0 and _presses(city, now, i):
                worth = _worth(city, now, i)
                if worth < least:
                    least, which = worth, i
        if which < 0:
            break
        turn_off(city, now, which)


@numba.njit(cache=True)
def _pick(city: City, now: Now, tournament: int) -> int:
    """Return the chosen option worth least of a few random ones, -1 if none may be given up."""
    chosen = np.flatnonzero((now.x == 1) & (city.fixed == 0))
    if len(chosen) == 0:
        return -1
    best = chosen[np.random.randint(len(chosen))]  # noqa: NPY002
    if np.random.random() < 0.5:  # noqa: NPY002, PLR2004 - every other pick is blind
        return int(best)
    least = _worth(city, now, best)
    for _ in range(tournament - 1):
        i = chosen[np.random.randint(len(chosen))]  # noqa: NPY002
        worth = _worth(city, now, i)
        if worth < least:
            best, least = i, worth
    return int(best)


@numba.njit(cache=True)
def _destroy(city: City, now: Now, size: int, moved: Ints) -> tuple[int, float]:
    """Give up some options; return how many and what the objective loses."""
    moves, lost = 0, 0.0
    for _ in range(size):
        i = _pick(city, now, 3)
        if i < 0:
            break
        turn_off(city, now, i)
        lost += now.gain[i]
        moved[moves] = i
        moves += 1
    return moves, lost


@numba.njit(cache=True)
def _repair(city: City, now: Now, moves: int, moved: Ints) -> tuple[int, float]:
    """Add options until none fits; return the moves so far and what the objective gains."""
    by_use, noise = np.random.random() < 0.7, 0.1 * np.random.random()  # noqa: NPY002, PLR2004 - mixed moods
    won = 0.0
    while moves < len(moved):
        i = best_addition(city, now, by_use, noise)
        if i < 0:
            break
        won += now.gain[i]
        turn_on(city, now, i)
        moved[moves] = i
        moves += 1
    return moves, won


@numba.njit(cache=True)
def climb(
    city: City, now: Now, best: Ints, values: Floats, seed: int, rounds: int, strength: int, drift: float
) -> None:
    """Run rounds of destroy and repair.

    ``values`` = [objective of now, objective of best (−inf: none lawful yet)]; a round that loses no more than `drift`
    of the best objective stands, any other is undone.
    """
    np.random.seed(seed)  # noqa: NPY002
    moved = np.empty(2 * len(now.x) + strength, dtype=np.int64)
    for _ in range(rounds):
        moves, lost = _destroy(city, now, np.random.randint(0, strength + 1), moved)  # noqa: NPY002
        moves, won = _repair(city, now, moves, moved)
        value = values[0] - lost + won
        lawful = not violated(city, now)
        if lawful and value > values[1] + 1e-9:
            values[1] = value
            best[:] = now.x
        if (lawful or values[1] == -np.inf) and value >= values[0] - drift * abs(values[1]):
            values[0] = value
            continue
        for back in range(moves - 1, -1, -1):
            if now.x[moved[back]] == 1:
                turn_off(city, now, moved[back])
            else:
                turn_on(city, now, moved[back])
