"""Invented names and codes. Any likeness to a real place is chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["CITY", "district_codes", "estate_name", "invent_pairs", "jurisdiction"]

CITY = {"zh": "邻里示范区（虚构）", "en": "Linli Demonstration District (fictional)"}
"""What the demo is called."""

_FIRST = "锦翠荷望听枕采观映临沁澜棠槿筠芷蘅汀霁岚澄晏琅瑶溯漱芸苓葭栖浣缀"
_SECOND = "苑湾渚塘浦溪亭巷坊潭泾墩桥埠岸洲陌井台庭阁畈圩港池桑槐榆柳枫竹石"
_DISTRICTS = ("邻里示范区", "澜桥区", "锦塘区", "望浦区", "芷溪区", "霁湾区", "棠浦区", "筠洲区", "漱石区", "晏塘区",
              "澄港区", "葭浦区", "岚亭区", "溯溪区")  # fmt: skip
_FIRST_CODE = 330199

_ESTATE_WORDS = {
    "old": ("新村", "小区", "里", "一区", "二区", "公寓"),
    "mid": ("花园", "苑", "公寓", "家园", "锦庭"),
    "new": ("府", "华庭", "云邸", "雅苑", "名轩", "江宸"),
    "village": ("村", "家村", "桥村", "新村"),
}


def invent_pairs(n: int, rng: np.random.Generator) -> list[str]:
    """Return n different two-character names (three characters once the pairs run out).

    Parameters
    ----------
    n
        How many names.
    rng
        Source of chance.

    Returns
    -------
    list[str]
        The names, in a random order; at most six thousand.
    """
    pairs = [a + b for a in _FIRST for b in _SECOND]
    pairs = [pairs[i] for i in rng.permutation(len(pairs))]
    return [*pairs, *(pair + part for part in "东西南北里" for pair in pairs)][:n]


def district_codes(n: int) -> list[tuple[str, str]]:
    """Return six-digit code and name of n districts; the codes are ones that no real district of 3301 has.

    Raises
    ------
    ValueError
        If more districts are asked for than there are names.
    """
    if n > len(_DISTRICTS):
        msg = f"at most {len(_DISTRICTS)} districts can be named. Got {n} instead."
        raise ValueError(msg)
    return [(str(_FIRST_CODE - i), name) for i, name in enumerate(_DISTRICTS[:n])]


def _halves(points: NDArray[np.float64], members: NDArray[np.int64], n: int) -> list[NDArray[np.int64]]:
    """Cut a cloud of points into n neighbouring groups of about the same number."""
    if n == 1:
        return [members]
    spread = np.ptp(points[members], axis=0)
    order = members[np.argsort(points[members, int(np.argmax(spread))], kind="stable")]
    left = n // 2
    cut = round(len(order) * left / n)
    return _halves(points, order[:cut], left) + _halves(points, order[cut:], n - left)


def jurisdiction(
    centre: NDArray[np.float64], per_subdistrict: int, per_district: int, rng: np.random.Generator
) -> list[tuple[str, str, str, str]]:
    """Return code, name, subdistrict and district of each community.

    Parameters
    ----------
    centre
        Middle of each community, shape (n, 2), metres.
    per_subdistrict, per_district
        Communities of a subdistrict, subdistricts of a district, about.
    rng
        Source of chance.

    Returns
    -------
    list[tuple[str, str, str, str]]
        In the order of `centre`; codes have twelve digits.
    """
    n = len(centre)
    streets = max(1, round(n / per_subdistrict))
    districts = max(1, round(streets / per_district))
    names = invent_pairs(2 * n, rng)
    out: list[tuple[str, str, str, str]] = [("", "", "", "")] * n
    groups = _halves(centre, np.arange(n), districts)
    used = 0
    for (code, district), group in zip(district_codes(districts), groups, strict=True):
        share = min(len(group), max(1, round(len(group) / per_subdistrict)))
        for s, members in enumerate(_halves(centre, group, share)):
            subdistrict = f"{names[n + used]}街道"
            used += 1
            for c, number in enumerate(members):
                out[number] = (f"{code}{s + 1:03d}{c + 1:03d}", f"{names[number]}社区", subdistrict, district)
    return out


def estate_name(use: str, stem: str, rng: np.random.Generator) -> str:
    """Return the name of an estate: a stem and the word its age calls for."""
    words: Sequence[str] = _ESTATE_WORDS[use]
    return stem + words[int(rng.integers(len(words)))]
