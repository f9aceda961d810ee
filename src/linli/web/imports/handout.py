"""Templates as they are handed out: for a place, empty or filled with what the register holds there.

Export and import are one form: what is taken out with its ids and versions is what is read back.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.utils import timezone

import linli
from linli.survey.read import facility_choices
from linli.survey.schema import SCHEMA_VERSION
from linli.survey.template import FilledRow, Filling, write_template
from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import place_names
from linli.web.places.models import LAYERS
from linli.web.places.selectors import list_records
from linli.web.refusal import Refused
from linli.web.standards.catalogue import site_catalogue
from linli.web.surveys.selectors import current_round
from linli.web.words import Language, current_language, say

__all__ = ["MOST_ROWS", "Handout", "make_handout"]

MOST_ROWS = 60_000
"""So many rows are filled in; a larger place is taken in parts."""


@dataclass(frozen=True, slots=True)
class Handout:
    """A template, written.

    Parameters
    ----------
    file
        At its beginning; it deletes itself when closed.
    name
        What to call it.
    rows
        Filled in, by layer.
    sha256
        Of the file.
    """

    file: IO[bytes]
    name: str
    rows: dict[str, int]
    sha256: str


def _rows(user: User, place: str, layers: Sequence[str]) -> dict[str, list[FilledRow]]:
    found: dict[str, list[FilledRow]] = {}
    left = MOST_ROWS
    for layer in layers:
        records = list_records(user, layer, "export").filter(place__startswith=place, closed_at=None)
        rows = records.order_by("place", "key")[: left + 1]
        found[layer] = [FilledRow(one.key, one.version, one.values, one.shape) for one in rows]
        left -= len(found[layer])
        if left < 0:
            raise Refused("imports.refuse.too_many_rows", "place", most=MOST_ROWS)
    return found


def _about(user: User, place: Place, layers: Sequence[str], *, filled: bool, lang: Language) -> dict[str, str]:
    round_ = current_round(user, place.path)
    return {
        "place": place.path,
        "place_name": place_names([place.path], "zh")[place.path],
        "round": round_.code if round_ else "",
        "layers": " ".join(layers),
        "filled": "yes" if filled else "no",
        "schema_version": str(SCHEMA_VERSION),
        "datum": "wgs84",
        "language": lang,
        "made_at": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "made_by": f"{user.name} ({user.username})",
        "made_with": f"linli {linli.__version__}",
    }


def make_handout(user: User, place: Place, layers: Sequence[str] = LAYERS, *, filled: bool = True) -> Handout:
    """Write the template of a place.

    Parameters
    ----------
    user
        Who takes it; only what they may export is filled in.
    place
        Community, street, district or city.
    layers
        Which layers get a sheet.
    filled
        Whether what is known is filled in.

    Returns
    -------
    Handout
        In the page's language.

    Raises
    ------
    Refused
        If there is more to be filled in than one workbook should hold.
    """
    lang = current_language()
    rows = _rows(user, place.path, layers) if filled else {}
    below = Place.objects.filter(level="community", path__startswith=place.path).order_by("path")
    communities = list(below.values_list("code", "name"))
    about = _about(user, place, layers, filled=filled, lang=lang)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - who answers with it closes it
    with tempfile.TemporaryDirectory(prefix="linli-") as folder:
        path = Path(folder) / "template.xlsx"
        filling = Filling(tuple(layers), rows, about, communities)
        write_template(path, facility_choices(site_catalogue()), lang, filling)
        data = path.read_bytes()
    file.write(data)
    file.seek(0)
    name = say("imports.template.file", place=place.name_en or place.name if lang == "en" else place.name,
               day=timezone.localdate().isoformat())  # fmt: skip
    counts = {layer: len(found) for layer, found in rows.items()}
    return Handout(file, f"{name}.xlsx", counts, hashlib.sha256(data).hexdigest())
