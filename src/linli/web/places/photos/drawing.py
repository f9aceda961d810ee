"""Photos drawn anew: upright, of a modest size, without anything that the camera wrote into the file.

When and where a photo was taken is read first and kept beside it; serial numbers, names and thumbnails are gone.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from linli.web.refusal import Refused

__all__ = ["Drawn", "draw_anew"]

_LARGEST_PX = 2400
_SMALL_PX = 360
_QUALITY = 85
_MOST_PIXELS = 80_000_000
"""A larger picture is no photo of a facility but an attack on memory."""
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
)

_HALF_TURN, _QUARTER_TURN = 180.0, 90.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A photo drawn anew.

    Parameters
    ----------
    large, small
        JPEG, at most 2400 and 360 pixels wide or high.
    taken_at
        When the camera says that it was taken; ``None`` = not known.
    longitude, latitude
        Where, degrees; ``None`` = not known.
    """

    large: bytes
    small: bytes
    taken_at: dt.datetime | None
    longitude: float | None
    latitude: float | None


def _taken_at(exif: Image.Exif) -> dt.datetime | None:
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    text = inner.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = inner.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        found = dt.datetime.strptime(f"{str(text).strip()} {offset}", "%Y:%m:%d %H:%M:%S %z")
    except ValueError:
        try:
            naive = dt.datetime.strptime(str(text).strip(), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - the camera's own clock
        except ValueError:
            return None
        return timezone.make_aware(naive)
    return found


def _degrees(parts: Any, side: Any, turned: str, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
        found = degrees + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not 0 <= found <= most:  # NaN fails this too
        return None
    return -found if str(side).strip("\x00") == turned else found


def _position(gps: Mapping[int, Any]) -> tuple[float | None, float | None]:
    tags = ExifTags.GPS
    longitude = _degrees(gps.get(tags.GPSLongitude), gps.get(tags.GPSLongitudeRef), "W", _HALF_TURN)
    latitude = _degrees(gps.get(tags.GPSLatitude), gps.get(tags.GPSLatitudeRef), "S", _QUARTER_TURN)
    if longitude is None or latitude is None or (longitude, latitude) == (0.0, 0.0):
        return None, None
    return longitude, latitude


def _jpeg(picture: Image.Image, most_px: int) -> bytes:
    copy = picture.copy()
    copy.thumbnail((most_px, most_px))
    file = BytesIO()
    copy.save(file, "JPEG", quality=_QUALITY, optimize=True)
    return file.getvalue()


def draw_anew(data: bytes) -> Drawn:
    """Draw a photo anew.

    Parameters
    ----------
    data
        A JPEG or PNG (`linli.web.uploads.check_upload`).

    Returns
    -------
    Drawn
        Two sizes of it, with its time and position.

    Raises
    ------
    Refused
        If it cannot be drawn, or is far too large.
    """
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise Refused("places.refuse.photo_large", "file")
            exif = picture.getexif()
            taken_at, (longitude, latitude) = _taken_at(exif), _position(exif.get_ifd(ExifTags.IFD.GPSInfo))
            upright = ImageOps.exif_transpose(picture)
            rgba = upright.convert("RGBA")
            plain = Image.new("RGB", rgba.size, "white")
            plain.paste(rgba, mask=rgba.getchannel("A"))
    except Refused:
        raise
    except _BROKEN as error:
        raise Refused("places.refuse.photo_broken", "file") from error
    return Drawn(_jpeg(plain, _LARGEST_PX), _jpeg(plain, _SMALL_PX), taken_at, longitude, latitude)
