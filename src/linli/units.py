"""The units and bands that every floor shares, and how numbers are written for people.

Age bands follow the survey schema; *old and young* (一老一小) means everybody of 60 and over and everybody under 6.
"""

from __future__ import annotations

__all__ = ["AGE_BANDS", "BAND_TITLES", "OLD_AND_YOUNG", "residents_column"]

AGE_BANDS: tuple[str, ...] = ("0_2", "3_5", "6_14", "15_59", "60_79", "80_plus")
"""Age bands in completed years, youngest first."""

OLD_AND_YOUNG: tuple[str, ...] = ("0_2", "3_5", "60_79", "80_plus")
"""The bands of 一老一小."""

BAND_TITLES: dict[str, dict[str, str]] = {
    "all": {"zh": "全体居民", "en": "all residents"},
    "0_2": {"zh": "0—2岁", "en": "0–2"},
    "3_5": {"zh": "3—5岁", "en": "3–5"},
    "6_14": {"zh": "6—14岁", "en": "6–14"},
    "15_59": {"zh": "15—59岁", "en": "15–59"},
    "60_79": {"zh": "60—79岁", "en": "60–79"},
    "80_plus": {"zh": "80岁及以上", "en": "80 and over"},
}
"""What each band is called, in Chinese and English."""


def residents_column(band: str) -> str:
    """Return the column that holds the residents of an age band.

    Parameters
    ----------
    band
        One of `AGE_BANDS`, or ``all`` for everybody.

    Returns
    -------
    str
        ``residents`` for ``all``, else ``residents_<band>``.

    Raises
    ------
    ValueError
        If the band is not one of them.

    Examples
    --------
    >>> residents_column("80_plus")
    'residents_80_plus'
    """
    if band == "all":
        return "residents"
    if band not in AGE_BANDS:
        msg = f"`band` must be one of all, {', '.join(AGE_BANDS)}. Got {band!r} instead."
        raise ValueError(msg)
    return f"residents_{band}"
