r"""Which project starts in which year: the exact model behind a programme, handed to HiGHS.

:math:`y_{it}` is 1 if project *i* starts in year *t*, :math:`z_{jt}` is 1 if demand row *j* is served in year *t*,
:math:`c_{dt}` is the city's money spent in district *d* in year *t*. With :math:`D_i` the duration, the projects open
in year *t* are :math:`u_{it} = \sum_{\tau \le t - D_i} y_{i\tau}`. The model:

.. math::

    \max \sum_t \sum_j w_j z_{jt}, \qquad z_{jt} \le \sum_{i \text{ covers } j} u_{it}

under the rows made by the functions below. A year in which nothing changes any more is counted with the year before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from linli.improve.siting.mip import Mip

__all__ = ["Schedule", "schedule_mip"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Part = tuple[sparse.csr_array, Floats, Floats]
"""Rows, and their lower and upper limits."""


@dataclass(frozen=True, eq=False)
class Schedule:
    """What has to be scheduled, as arrays; n projects, T years of the programme, S years that count, m demand rows.

    Parameters
    ----------
    covers
        CSR array, shape (m, n): who is served by what.
    weight
        Shape (m,), ≥ 0: need a year.
    duration
        Shape (n,): whole years from start to opening, ≥ 0.
    first
        Shape (n,): the first year (0-based) in which it can start.
    years, counted
        T, and S ≥ T: years whose residents served count.
    spend
        Shape (n, T, T): yuan of the payers' money in year t if it starts in year s, [i, s, t]; may be negative in a
        year in which co-funding comes in.
    district
        Shape (n,): code of the district, −1 = none.
    city_yuan
        Shape (T,): the city's money; ``None`` = money is no limit.
    district_yuan
        Shape (districts, T).
    carry_over
        Whether what a year leaves is there for the next.
    after
        Pairs (a, b): a starts only when b has opened.
    forced
        Projects that must start.
    max_starts
        At most so many starts a year; ``None`` = not limited.
    """

    covers: sparse.csr_array
    weight: Floats
    duration: Ints
    first: Ints
    years: int
    counted: int
    spend: Floats
    district: Ints
    city_yuan: Floats | None
    district_yuan: Floats
    carry_over: bool = True
    after: tuple[tuple[int, int], ...] = ()
    forced: tuple[int, ...] = ()
    max_starts: int | None = None

    @property
    def n(self) -> int:
        """Number of projects."""
        return len(self.duration)

    @property
    def districts(self) -> int:
        """Number of districts."""
        return len(self.district_yuan)

    @property
    def open_years(self) -> int:
        """How many years have to be told apart: after the last opening nothing changes."""
        last = self.years - 1 + int(self.duration.max(initial=0))
        return min(self.counted, last + 1)

    def started(self, project: int, year: int) -> Ints:
        """Return the columns y of a project up to and including a year (may be negative or beyond the last)."""
        upto = min(year, self.years - 1) + 1
        return project * self.years + np.arange(max(upto, 0))


def _free(rows: int, sign: float) -> Floats:
    return np.full(rows, sign * np.inf)


def _matrix(rows: list[int], columns: list[int], values: list[float], shape: tuple[int, int]) -> sparse.csr_array:
    return sparse.csr_array((values, (rows, columns)), shape=shape, dtype=np.float64)


def once(schedule: Schedule, width: int) -> Part:
    """Start a project at most once, and a forced one exactly once: Σ_t y_it ≤ 1."""
    n, years = schedule.n, schedule.years
    matrix = sparse.csr_array(
        (np.ones(n * years), (np.repeat(np.arange(n), years), np.arange(n * years))), shape=(n, width)
    )
    lower = np.zeros(n)
    lower[list(schedule.forced)] = 1.0
    return matrix, lower, np.ones(n)


def served_when_open(schedule: Schedule, width: int) -> Part:
    """Serve a demand row only by what is open: z_jt − Σ_{i covers j} Σ_{τ ≤ t−D_i} y_iτ ≤ 0."""
    n, years, m = schedule.n, schedule.years, schedule.covers.shape[0]
    blocks = []
    for year in range(schedule.open_years):
        columns, projects = [], []
        for project in range(n):
            started = schedule.started(project, year - int(schedule.duration[project]))
            columns.append(started)
            projects.append(np.full(len(started), project))
        at, of = np.concatenate(columns or [np.zeros(0, int)]), np.concatenate(projects or [np.zeros(0, int)])
        opened = sparse.csr_array((np.ones(len(at)), (of, at)), shape=(n, n * years))
        served = sparse.csr_array((np.ones(m), (np.arange(m), year * m + np.arange(m))), shape=(m, width - n * years))
        blocks.append(sparse.hstack([-(schedule.covers.astype(np.float64) @ opened), served]))
    matrix = sparse.csr_array(sparse.vstack(blocks, format="csr")) if blocks else sparse.csr_array((0, width))
    return matrix, _free(matrix.shape[0], -1), np.zeros(matrix.shape[0])


def _city_column(schedule: Schedule, district: int, year: int) -> int:
    """Return the column of the city's money spent in a district in a year."""
    return (
        schedule.n * schedule.years
        + schedule.open_years * schedule.covers.shape[0]
        + (district * schedule.years + year)
    )


def money(schedule: Schedule, width: int) -> Part:
    """Pay from the district's own money and the city's; without carry-over each year by itself.

    Σ_{τ≤t} (Σ_{i∈d} spend_iτ − c_dτ) ≤ Σ_{τ≤t} B_dτ for each district, and Σ_{τ≤t} Σ_d c_dτ ≤ Σ_{τ≤t} B_τ.
    """
    if schedule.city_yuan is None:
        return sparse.csr_array((0, width)), np.zeros(0), np.zeros(0)
    years = schedule.years
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    upper: list[float] = []
    for district in range(schedule.districts):
        mine = np.flatnonzero(schedule.district == district)
        for year in range(years):
            row, span = len(upper), range(year + 1) if schedule.carry_over else range(year, year + 1)
            for project in mine:
                spent = schedule.spend[project][:, list(span)].sum(axis=1)
                for start in np.flatnonzero(spent):
                    rows.append(row)
                    columns.append(int(project * years + start))
                    values.append(float(spent[start]))
            for past in span:
                rows.append(row)
                columns.append(_city_column(schedule, district, past))
                values.append(-1.0)
            upper.append(float(schedule.district_yuan[district, list(span)].sum()))
    for year in range(years):
        row, span = len(upper), range(year + 1) if schedule.carry_over else range(year, year + 1)
        for district in range(schedule.districts):
            for past in span:
                rows.append(row)
                columns.append(_city_column(schedule, district, past))
                values.append(1.0)
        upper.append(float(schedule.city_yuan[list(span)].sum()))
    return _matrix(rows, columns, values, (len(upper), width)), _free(len(upper), -1), np.array(upper)


def precedences(schedule: Schedule, width: int) -> Part:
    """Start a only when b has opened: Σ_{τ≤t} y_aτ ≤ Σ_{τ≤t−D_b} y_bτ."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    count = 0
    for what, basis in schedule.after:
        for year in range(schedule.years):
            for column, value in (
                *((int(c), 1.0) for c in schedule.started(what, year)),
                *((int(c), -1.0) for c in schedule.started(basis, year - int(schedule.duration[basis]))),
            ):
                rows.append(count)
                columns.append(column)
                values.append(value)
            count += 1
    return _matrix(rows, columns, values, (count, width)), _free(count, -1), np.zeros(count)


def starts_a_year(schedule: Schedule, width: int) -> Part:
    """Start no more than so many projects in a year: Σ_i y_it ≤ k."""
    if schedule.max_starts is None:
        return sparse.csr_array((0, width)), np.zeros(0), np.zeros(0)
    n, years = schedule.n, schedule.years
    matrix = sparse.csr_array(
        (np.ones(n * years), (np.tile(np.arange(years), n), np.arange(n * years))), shape=(years, width)
    )
    return matrix, _free(years, -1), np.full(years, float(schedule.max_starts))


def schedule_mip(schedule: Schedule) -> Mip:
    """Put the schedule as a mixed-integer model.

    Parameters
    ----------
    schedule
        What has to be scheduled.

    Returns
    -------
    Mip
        Columns: y (project by year), z (year by demand row), the city's money (district by year, yuan); maximises the
        need served, in need-years.
    """
    n, years, m, span = schedule.n, schedule.years, schedule.covers.shape[0], schedule.open_years
    paid = schedule.districts * years if schedule.city_yuan is not None else 0
    width = n * years + span * m + paid
    parts = [rule(schedule, width) for rule in (once, served_when_open, money, precedences, starts_a_year)]
    start = np.tile(np.arange(years), n)
    last = np.ones(span)
    if span:
        last[-1] += schedule.counted - span
    cost = np.concatenate([np.zeros(n * years), np.repeat(last, m) * np.tile(schedule.weight, span), np.zeros(paid)])
    upper = np.concatenate(
        [(start >= np.repeat(schedule.first, years)).astype(np.float64), np.ones(span * m), np.full(paid, np.inf)]
    )
    return Mip(
        cost=cost,
        lower=np.zeros(width),
        upper=upper,
        integer=np.arange(width) < n * years,
        matrix=sparse.csr_array(sparse.vstack([part[0] for part in parts], format="csr")),
        row_lower=np.concatenate([part[1] for part in parts]),
        row_upper=np.concatenate([part[2] for part in parts]),
    )
