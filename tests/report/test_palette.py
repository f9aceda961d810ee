import itertools
import math

import pytest

from linli.report.palette import CLASS_COLOURS, GROUP_COLOURS, LACKING, STATUSES, series_colour, sort_into_classes


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one, other="#ffffff"):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_whatever_carries_text_is_legible():
    for colour in (
        *GROUP_COLOURS.values(),
        LACKING,
        *(s.colour for s in STATUSES.values()),
        series_colour(0),
        series_colour(7),
    ):
        assert contrast(colour) >= 4.5, colour
    for status in STATUSES.values():
        assert contrast("#1f2933", status.fill) >= 4.5, status
        assert contrast(status.colour, status.tint) >= 4.5, status


def test_classes_fall_evenly_in_lightness():
    steps = [luminance(colour) ** (1 / 3) for colour in CLASS_COLOURS]
    assert steps == sorted(steps, reverse=True)
    gaps = [a - b for a, b in itertools.pairwise(steps)]
    assert max(gaps) < 2.2 * min(gaps)


def test_statuses_differ_by_shape():
    assert len({status.mark for status in STATUSES.values()}) == 5


@pytest.mark.parametrize(
    "values",
    [
        [0.31, 0.52, 0.64, 0.77],
        [0.5],
        [0.0, 1.0],
        [1.0, 1.0],
        [0.0],
        [float("nan")],
        [],
        [0.123, 0.1231],
        [3, 900, 12_000],
    ],
)
def test_five_round_classes_hold_every_value(values):
    shares = all(v <= 1 or math.isnan(v) for v in values)
    classes = sort_into_classes(values, ceiling=1.0 if shares else None)
    assert len(classes.breaks) == 6
    assert list(classes.breaks) == sorted(set(classes.breaks))
    known = [v for v in values if not math.isnan(v)]
    assert sum(classes.counts) == len(known)
    assert classes.unknown == len(values) - len(known)
    for value in known:
        rank = classes.of(value)
        assert classes.breaks[rank] - 1e-9 <= value <= classes.breaks[rank + 1] + 1e-9


def test_unknown_is_in_no_class():
    assert sort_into_classes([0.1, 0.9]).of(float("nan")) is None
