"""A question written out as a linear programme that a person can read, in the LP format that every solver reads."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from linli.improve.siting.compact import compact_mip
from linli.improve.siting.mip import Mip
from linli.improve.siting.model import SitingModel, core_of

__all__ = ["lp_text", "mip_text"]


def _name(kind: str, value: object) -> str:
    return f"{kind}_{re.sub(r'[^0-9A-Za-z_.]', '_', str(value))}"


def _sum(values: NDArray[np.float64], names: list[str]) -> str:
    terms = [
        f"{'-' if value < 0 else '+'} {abs(value):.12g} {name}"
        for value, name in zip(values, names, strict=True)
        if value
    ]
    return " ".join(terms) or f"0 {names[0]}"


def mip_text(mip: Mip, columns: list[str], rows: list[str], title: str) -> str:
    """Write a model of arrays as LP text.

    Parameters
    ----------
    mip
        The model; a small one.
    columns, rows
        Names, in order; letters, digits, ``_`` and ``.`` only.
    title
        First line, a comment.

    Returns
    -------
    str
        In the LP format.
    """
    lines = [f"\\ {title}", "maximize", f" obj: {_sum(mip.cost, columns)}", "subject to"]
    for row, name in enumerate(rows):
        text = _sum(mip.matrix[[row]].toarray().ravel(), columns)
        low, high = mip.row_lower[row], mip.row_upper[row]
        sides = [("=", high)] if low == high else [(">=", low), ("<=", high)]
        for number, (sign, limit) in enumerate((sign, limit) for sign, limit in sides if np.isfinite(limit)):
            lines.append(f" {name}{'_upper' if number else ''}: {text} {sign} {limit:.8g}")
    lines.append("bounds")
    lines += [f" {low:g} <= {name} <= {high:g}" for low, name, high in zip(mip.lower, columns, mip.upper, strict=True)]
    whole = [name for name, flag in zip(columns, mip.integer, strict=True) if flag]
    lines += ["binary", *(f" {name}" for name in whole), "end", ""]
    return "\n".join(lines)


def lp_text(model: SitingModel) -> str:
    """Write a question as LP text, neither merged nor reduced; what exists is taken out.

    Parameters
    ----------
    model
        The question; a small one.

    Returns
    -------
    str
        Options are ``x_<id>``, demand rows ``z_<id>``, rows bear their labels.
    """
    core = core_of(model)
    mip = compact_mip(core)
    facilities = model.coverage.matrix[:, len(model.options) :]
    rest = model.demand[np.diff(facilities.tocsr().indptr) == 0]
    names = [_name("x", option) for option in model.options] + [_name("z", row) for row in rest[~core.must]]
    bound = [c for c in model.constraints if c.kind not in ("force_in", "force_out")]
    rows = [_name("serve", row) for row in [*rest[~core.must], *rest[core.must]]]
    rows += [
        _name("c", label)
        for labels in [*(c.labels for c in bound), *(f.labels for f in model.floors)]
        for label in labels
    ]
    return mip_text(mip, names, rows, "Σ weight of the demand served, less Σ cost of the options")
