import datetime as dt
from io import BytesIO

import pytest
from PIL import ExifTags, Image

from linli.web.places.photos.drawing import draw_anew
from linli.web.refusal import Refused


def jpeg(size=(4000, 1000), orientation=1, taken="2026:03:12 09:30:00", offset=None, gps=True):
    picture = Image.new("RGB", size, "teal")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SecretCamera"
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    if taken:
        inner[ExifTags.Base.DateTimeOriginal] = taken
    if offset:
        inner[ExifTags.Base.OffsetTimeOriginal] = offset
    if gps:
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        place |= {1: "N", 2: (30.0, 17.0, 56.76), 3: "E", 4: (120.0, 7.0, 17.4)}
    file = BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_it_is_small_upright_and_without_metadata():
    drawn = draw_anew(jpeg(orientation=6))
    with Image.open(BytesIO(drawn.large)) as large, Image.open(BytesIO(drawn.small)) as small:
        assert large.size == (600, 2400)
        assert max(small.size) == 360
        assert dict(large.getexif()) == {}
    assert b"SecretCamera" not in drawn.large + drawn.small


def test_time_and_place_are_read_first():
    drawn = draw_anew(jpeg(offset="+08:00"))
    assert drawn.taken_at == dt.datetime(2026, 3, 12, 1, 30, tzinfo=dt.UTC)
    assert drawn.longitude == pytest.approx(120.1215)
    assert drawn.latitude == pytest.approx(30.2991)
    assert draw_anew(jpeg(taken="2026:03:12 09:30:00")).taken_at == drawn.taken_at  # the site's own time


@pytest.mark.parametrize("taken", [None, "garbage", "2026:13:40 99:00:00"])
def test_what_the_camera_did_not_write_is_not_known(taken):
    drawn = draw_anew(jpeg(size=(20, 20), taken=taken, gps=False))
    assert (drawn.taken_at, drawn.longitude, drawn.latitude) == (None, None, None)


def test_a_transparent_png_stands_on_white():
    file = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(BytesIO(draw_anew(file.getvalue()).large)) as drawn:
        assert drawn.getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0garbage", b"\x89PNG\r\n\x1a\n" + b"0" * 50])
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(Refused, match="损坏"):
        draw_anew(data)


def test_a_picture_of_too_many_pixels_is_refused():
    file = BytesIO()
    Image.new("1", (9_000, 9_000)).save(file, "PNG")
    with pytest.raises(Refused, match="像素"):
        draw_anew(file.getvalue())
