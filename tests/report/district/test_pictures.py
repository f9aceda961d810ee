import struct

import pytest

from linli.report.district.pictures import PPI, draw_png, fit_picture, set_font, svg_size


def test_size_is_read_from_the_view_box(svg):
    assert svg_size(svg) == (720.0, 400.0)


@pytest.mark.parametrize("bad", ["<svg/>", '<svg viewBox="0 0 0 10"/>'])
def test_a_drawing_without_size_is_refused(bad):
    with pytest.raises(ValueError, match="viewBox"):
        svg_size(bad)


def test_every_font_is_replaced(svg):
    both = svg.replace("<text", "<text font-family=\"Y, 'Z'\"")
    found = set_font(both, "Noto Sans CJK SC")
    assert found.count('font-family="Noto Sans CJK SC"') == 2
    assert "'Z'" not in found


@pytest.mark.parametrize(("room", "size"), [((360, 999), (360, 200)), ((999, 100), (180, 100))])
def test_a_drawing_is_fitted_without_distortion(svg, room, size):
    assert fit_picture(svg, *room) == pytest.approx(size)


def test_pixels_are_those_asked_for_and_the_same_every_time(svg, fonts):
    drawn = draw_png(svg, fonts, 360, 400)
    assert drawn.png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", drawn.png[16:24])
    assert (width, height) == (round(360 * PPI / 72), round(200 * PPI / 72))
    assert draw_png(svg, fonts, 360, 400) == drawn
