"""How a vector tile is written: Mapbox Vector Tile 2.1, a protocol buffer of layers, features, keys and values.

Features of points are written with a fixed number of bytes for each number (protocol buffers allow leading groups of
zero), so that thousands of them are one array and not a loop.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["EXTENT", "LINE", "POINT", "POLYGON", "TILE_TYPE", "Layer", "encode", "path"]

TILE_TYPE = "application/vnd.mapbox-vector-tile"

EXTENT = 4096
"""Units along a tile's side."""

POINT, LINE, POLYGON = 1, 2, 3
"""Kinds of features."""

_MOVE, _LINES, _CLOSE = 1, 2, 7
_BYTES, _EIGHT_BYTES = 2, 1
_SHORT = 125
"""Bytes of a text whose length, and that of its message, are written in one byte."""

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Layer:
    """Features of one name, ready to be written.

    Parameters
    ----------
    name
        As the browser asks for it.
    kind
        `POINT`, `LINE` or `POLYGON`.
    geometry
        For points units of the tile, shape (n, 2); else the commands of each feature.
    columns
        Properties, each with n values; ``None`` and NaN are left out, for what is unknown is not there.
    """

    name: str
    kind: int
    geometry: npt.NDArray[np.int32] | Sequence[bytes]
    columns: Mapping[str, npt.NDArray[Any]]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _message(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | _BYTES) + _varint(len(body)) + body


def _zigzag(values: Iterable[int]) -> bytes:
    return b"".join(_varint(value << 1 if value >= 0 else (-value << 1) - 1) for value in values)


def path(corners: Numbers, at: Numbers, *, closed: bool) -> bytes:
    """Write one ring or line.

    Parameters
    ----------
    corners
        Shape (n, 2), units of the tile; those of a ring without the last, which is the first again.
    at
        Where the pen is: the last corner of what was written before, or zeros.
    closed
        Whether it is a ring.

    Returns
    -------
    bytes
        Move to its first corner, lines to the others, and close it.
    """
    steps = np.diff(np.concatenate([at[None], corners]), axis=0)
    out = _varint(1 << 3 | _MOVE) + _zigzag(steps[0].tolist())
    if len(steps) > 1:
        out += _varint((len(steps) - 1) << 3 | _LINES) + _zigzag(steps[1:].ravel().tolist())
    return out + (_varint(1 << 3 | _CLOSE) if closed else b"")


def _value(value: Any) -> bytes:
    if isinstance(value, str):
        text = value.encode()
        if len(text) <= _SHORT:  # most of them, thousands a tile: both lengths are one byte each
            return bytes((0x22, len(text) + 2, 0x0A, len(text))) + text
        return _message(4, _message(1, text))
    if isinstance(value, bool | np.bool_):
        return _message(4, _varint(7 << 3) + _varint(int(value)))
    if isinstance(value, int | np.integer):
        return _message(4, _varint(6 << 3) + _zigzag([int(value)]))
    return _message(4, _varint(3 << 3 | _EIGHT_BYTES) + struct.pack("<d", float(value)))


class _Words:
    """Keys and values of a layer, each written once."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    def numbers(self, column: npt.NDArray[Any]) -> Numbers:
        """Return the number of each value of a column among all values, −1 where it is unknown."""
        found = np.full(len(column), -1, np.int64)
        table: dict[Any, int] = {}
        for i, value in enumerate(column.tolist()):
            if value is None or value != value:  # NaN
                continue
            if value not in table:
                table[value] = len(self.values)
                self.values.append(_value(value))
            found[i] = table[value]
        return found


def _fixed(numbers: Numbers, size: int) -> npt.NDArray[np.uint8]:
    """Write numbers with so many bytes each, seven bits a byte, the lowest first."""
    shifts = 7 * np.arange(size)
    out = (numbers[:, None] >> shifts & 0x7F).astype(np.uint8)
    out[:, :-1] |= 0x80
    return out


def _tags(numbers: Numbers) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.uint8]]]:
    """Yield rows that have the same properties, with pairs of key (one byte) and value (three bytes)."""
    there = numbers >= 0
    pattern, which = np.unique(there, axis=0, return_inverse=True)
    for i, present in enumerate(pattern):
        rows = np.flatnonzero(which.ravel() == i)
        pairs = [
            part
            for key in np.flatnonzero(present)
            for part in (np.full((len(rows), 1), key, np.uint8), _fixed(numbers[rows, key], 3))
        ]
        yield rows, np.hstack(pairs) if pairs else np.empty((len(rows), 0), np.uint8)


def _constant(rows: int, *values: int) -> npt.NDArray[np.uint8]:
    return np.tile(np.array(values, np.uint8), (rows, 1))


def _point_features(xy: npt.NDArray[np.int32], numbers: Numbers) -> bytes:
    out = []
    for rows, tags in _tags(numbers):
        n, size = len(rows), tags.shape[1]
        place = (xy[rows].astype(np.int64)) << 1  # zigzag of what is never negative
        head = _constant(n, 0x12, size + 11, 0x12, size)
        kind = _constant(n, 0x18, 1, 0x22, 5, 9)
        out.append(np.hstack([head, tags, kind, _fixed(place[:, 0], 2), _fixed(place[:, 1], 2)]).tobytes())
    return b"".join(out)


def _shape_features(kind: int, commands: Sequence[bytes], numbers: Numbers) -> bytes:
    out = []
    for rows, tags in _tags(numbers):
        for i, row in enumerate(rows):
            body = _message(2, tags[i].tobytes()) + _varint(3 << 3) + _varint(kind) + _message(4, commands[row])
            out.append(_message(2, body))
    return b"".join(out)


def _layer(layer: Layer) -> bytes:
    words = _Words()
    found = [words.numbers(column) for column in layer.columns.values()]
    numbers = np.stack(found, axis=1) if found else np.empty((len(layer.geometry), 0), np.int64)
    if isinstance(layer.geometry, np.ndarray):
        features = _point_features(layer.geometry, numbers)
    else:
        features = _shape_features(layer.kind, layer.geometry, numbers)
    keys = b"".join(_message(3, key.encode()) for key in layer.columns)
    extent = _varint(5 << 3) + _varint(EXTENT)
    version = _varint(15 << 3) + _varint(2)
    return _message(3, _message(1, layer.name.encode()) + features + keys + b"".join(words.values) + extent + version)


def encode(layers: Iterable[Layer]) -> bytes:
    """Write a tile.

    Parameters
    ----------
    layers
        Those without features are left out.

    Returns
    -------
    bytes
        A Mapbox Vector Tile, not compressed; empty if there is nothing in it.
    """
    return b"".join(_layer(layer) for layer in layers if len(layer.geometry))
