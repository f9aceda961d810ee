"""Every reading of batches, through the gate; and of the register, for the machine that checks a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from shapely.geometry.base import BaseGeometry

from linli.survey.intake import Intake
from linli.survey.schema import Words
from linli.web.accounts.models import Place, User
from linli.web.accounts.selectors import place_names, places_below
from linli.web.imports.compare import Base, Held
from linli.web.imports.models import Batch, BatchRow, Finding, Outcome
from linli.web.places.models import LAYERS, Record, Version
from linli.web.places.placing import community_paths, paths_at
from linli.web.places.selectors import layer_frame
from linli.web.surveys.selectors import active_layers

__all__ = [
    "SiteRegister",
    "batch_at_work",
    "findings_of",
    "list_batches",
    "outcomes_of",
    "places_for_uploads",
    "register_counts",
    "rows_of",
    "same_files",
    "undecided",
    "versions_now",
]

_CHUNK = 5000
_STREETS_DEGREES = 0.02
"""Around the file's places (about two kilometres): streets beyond change nothing."""


def list_batches(user: User, action: str = "view") -> QuerySet[Batch]:
    """Return the batches that a person may see (their own among them), or may do `action` on."""
    place = Place.objects.filter(path=OuterRef("place"))
    rows = Batch.objects.visible_to(user, action).select_related("created_by", "ended_by", "job")
    names = {f"place_{name}": Subquery(place.values(name)[:1]) for name in ("name", "name_en", "code")}
    return rows.annotate(**names)


def findings_of(user: User, batch: Batch, action: str = "view") -> QuerySet[Finding]:
    """Return what was found in a batch's file, errors first, as far as the person may see it."""
    return Finding.objects.visible_to(user, action).filter(batch=batch).order_by("severity", "number")


def rows_of(user: User, batch: Batch, action: str = "view") -> QuerySet[BatchRow]:
    """Return a batch's rows, as far as the person may see them."""
    return BatchRow.objects.visible_to(user, action).filter(batch=batch).select_related("batch").order_by("pk")


def undecided(batch: Batch) -> QuerySet[BatchRow]:
    """Return the conflicts of a batch that nobody has decided: a figure of the machine."""
    return BatchRow._all.filter(batch=batch, action="conflict", decision="")


def outcomes_of(user: User, batch: Batch) -> QuerySet[Outcome]:
    """Return what applying and undoing a batch did, as far as the person may see it."""
    return Outcome.objects.visible_to(user).filter(batch=batch)


def places_for_uploads(user: User) -> QuerySet[Place]:
    """Return the places for which a person may send in files."""
    return places_below(user, "surveys", "edit")


def register_counts(user: User, place: str) -> dict[str, int]:
    """Return how many open records of each layer a person may take out at or below a place."""
    rows = Record.objects.visible_to(user, "export").filter(place__startswith=place, closed_at=None)
    found = dict(rows.order_by().values_list("layer").annotate(n=Count("pk")))
    return {layer: found.get(layer, 0) for layer in LAYERS}


def same_files(user: User, batch: Batch) -> QuerySet[Batch]:
    """Return earlier batches of the very same file that were applied, as far as the person may see them."""
    rows = list_batches(user).filter(sha256=batch.sha256, applied_at__isnull=False, undone_at=None)
    return rows.filter(created_at__lt=batch.created_at).exclude(pk=batch.pk)


def batch_at_work(pk: int) -> Batch:
    """Return a batch for the machine that checks it."""
    return Batch._all.select_related("created_by").get(pk=pk)


def versions_now(layer: str, keys: Iterable[str]) -> dict[str, int]:
    """Return the versions that records have now, by key; who applies a batch holds them against what was seen."""
    wanted, found = sorted(set(keys)), dict[str, int]()
    for start in range(0, len(wanted), _CHUNK):
        rows = Record._all.select_for_update().filter(layer=layer, key__in=wanted[start : start + _CHUNK])
        found.update(rows.order_by("pk").values_list("key", "version"))
    return found


def _shapes(wkbs: Sequence[Any]) -> list[BaseGeometry | None]:
    return list(shapely.from_wkb([None if wkb is None else bytes(wkb) for wkb in wkbs]))


class SiteRegister:
    """The register and the tree of places, as checking asks them (`linli.web.imports.checking.Register`).

    Parameters
    ----------
    place
        Jurisdiction path of the batch.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._held: dict[str, dict[str, Held]] = {}

    @property
    def place_name(self) -> Words:
        """What the batch's place is called."""
        return self.name_of(self.place)

    def name_of(self, path: str) -> Words:
        """Return what a place is called, from the second level down."""
        return Words(zh=place_names([path], "zh")[path], en=place_names([path], "en")[path])

    def _read(self, layer: str, condition: Q) -> dict[str, Held]:
        names = ("key", "version", "values", "wkb", "place", "name", "closed_at")
        rows = list(Record._all.filter(condition, layer=layer).order_by("pk").values_list(*names))
        shapes = _shapes([row[3] for row in rows])
        return {
            key: Held(version, values, shape, place, name, closed is not None)
            for (key, version, values, _, place, name, closed), shape in zip(rows, shapes, strict=True)
        }

    def held(self, layer: str, keys: Iterable[str]) -> Mapping[str, Held]:
        """Return a layer's records at or below the place, and those of the keys wherever they are; closed ones too."""
        if layer not in self._held:
            self._held[layer] = self._read(layer, Q(place__startswith=self.place))
        known = self._held[layer]
        wanted = sorted(set(keys) - known.keys())
        for start in range(0, len(wanted), _CHUNK):
            known.update(self._read(layer, Q(key__in=wanted[start : start + _CHUNK])))
        return known

    def bases(self, layer: str, versions: Mapping[str, int]) -> Mapping[str, Base]:
        """Return records as they were, by key, for versions by key; those that never were are left out."""
        wanted, found = sorted(versions), dict[str, Base]()
        names = ("record__key", "number", "values", "wkb")
        for start in range(0, len(wanted), _CHUNK):
            rows = Version._all.filter(record__layer=layer, record__key__in=wanted[start : start + _CHUNK])
            kept = [
                row for row in rows.filter(number__in=set(versions.values())).values_list(*names)
                if versions[row[0]] == row[1]
            ]  # fmt: skip
            shapes = _shapes([row[3] for row in kept])
            found.update((row[0], Base(row[1], row[2], shape)) for row, shape in zip(kept, shapes, strict=True))
        return found

    def known(self, intake: Intake) -> Mapping[str, pd.DataFrame]:
        """Return the layers beside which the file is looked at: the register's at the place, and streets around."""
        shaped = {name: frame for name, frame in intake.sound.items() if isinstance(frame, gpd.GeoDataFrame)}
        layers = {name: layer_frame(name, self.place) for name in LAYERS if name in shaped or name == "communities"}
        streets = self._streets(shaped)
        return layers if streets is None else {**layers, "streets": streets}

    def _streets(self, shaped: Mapping[str, gpd.GeoDataFrame]) -> gpd.GeoDataFrame | None:
        bounds = [frame.total_bounds for frame in shaped.values() if len(frame)]
        active = active_layers(self.place).get("streets", ())
        if not bounds or not active:
            return None
        sides = np.array(bounds)
        west, south = sides[:, :2].min(axis=0) - _STREETS_DEGREES
        east, north = sides[:, 2:].max(axis=0) + _STREETS_DEGREES
        frames = [gpd.read_parquet(one.path).cx[west:east, south:north] for one in active]
        joined = pd.concat(frames, ignore_index=True)
        return gpd.GeoDataFrame(joined, geometry="geometry") if len(joined) else None

    def paths(self, codes: Iterable[str]) -> Mapping[str, str]:
        """Return the paths of communities by code; unknown codes are left out."""
        return community_paths(codes)

    def paths_at(self, shapes: Sequence[BaseGeometry | None]) -> Sequence[str | None]:
        """Return the path of the community that holds each shape, if one does."""
        return paths_at(shapes)
