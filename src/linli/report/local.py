"""One community and what lies around it: all that its profile shows, quickly even in a city of a thousand.

What belongs here: cutting assessment and survey down to the *neighbourhood* of a community (what can be walked to from
it, and the communities it is compared with), and the document that its profile is printed from.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from linli.assess.record import Assessment
from linli.report.build import build_book, shown_coverage
from linli.report.context import report_context
from linli.report.figures import Figures, Material, gather
from linli.report.handout import Document
from linli.report.options import Language, ReportOptions
from linli.report.outlines import circle_distances, life_circles
from linli.report.words import load_words
from linli.rules import Catalogue
from linli.survey import Survey

__all__ = ["gather_around", "profile_document"]


def _box(assessment: Assessment, survey: Survey, catalogue: Catalogue, community_id: str) -> shapely.Geometry:
    """Return, in degrees, the box of a community and of what can be walked to from it."""
    areas = survey.layers["communities"]
    mine = areas.loc[areas["community_id"] == community_id, "geometry"]
    reach = max((metres for metres, _ in circle_distances(catalogue, assessment.meta.on)), default=0.0)
    project = pyproj.Transformer.from_crs(4326, survey.manifest.metric_crs, always_xy=True)
    west, south, east, north = project.transform_bounds(*shapely.total_bounds(np.asarray(mine, dtype=object)))
    margin = reach + assessment.meta.options.max_offset_m
    back = pyproj.Transformer.from_crs(survey.manifest.metric_crs, 4326, always_xy=True)
    return shapely.box(*back.transform_bounds(west - margin, south - margin, east + margin, north + margin))


def _cut(frame: pd.DataFrame | gpd.GeoDataFrame, box: shapely.Geometry) -> pd.DataFrame | gpd.GeoDataFrame:
    return frame.iloc[np.sort(frame.sindex.query(box))] if isinstance(frame, gpd.GeoDataFrame) else frame


def gather_around(assessment: Assessment, survey: Survey, catalogue: Catalogue, community_id: str) -> Material:
    """Bring together what the profile of one community shows.

    Parameters
    ----------
    assessment, survey
        Of the whole city.
    catalogue
        The rules it was judged by.
    community_id
        Which community.

    Returns
    -------
    Material
        Its book holds the community, its peers and its neighbours; only the community itself has outlines.

    Raises
    ------
    KeyError
        If the assessment has no such community, or the catalogue is another one.
    """
    if community_id not in set(assessment.communities["community_id"]):
        raise KeyError(community_id)
    box = _box(assessment, survey, catalogue, community_id)
    near = Survey(MappingProxyType({name: _cut(frame, box) for name, frame in survey.layers.items()}), survey.manifest)
    around = set(near.layers["communities"]["community_id"]) | {community_id}
    peers = assessment.peers
    like = set(peers.loc[peers["community_id"] == community_id, "peer_id"])
    book = build_book(assessment, survey, catalogue, only=around | like)
    # peers elsewhere in the city are compared with, not drawn: they come after those that are
    ordered = sorted(book.communities, key=lambda community: community.id not in around)
    everyone = tuple(replace(community, row=row) for row, community in enumerate(ordered))
    drawn = replace(book, communities=tuple(community for community in everyone if community.id in around))
    x, y = (assessment.buildings[axis].to_numpy("float64") for axis in ("x", "y"))
    west, south, east, north = box.bounds
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    local = replace(assessment, buildings=assessment.buildings[inside])
    circles = life_circles(drawn, local, near, catalogue, only={community_id})
    return replace(gather(drawn, local, near, circles), book=replace(book, communities=everyone))


def profile_document(
    assessment: Assessment, survey: Survey, catalogue: Catalogue, community_id: str, options: ReportOptions
) -> dict[Language, Document]:
    """Return what the profile of one community is printed from, in each language asked for.

    Parameters
    ----------
    assessment, survey
        Of the whole city.
    catalogue
        The rules it was judged by.
    community_id
        Which community.
    options
        Languages, attribution, map approval number.

    Returns
    -------
    dict
        By language: a document for `linli.report.pdf.profile_job`.

    Raises
    ------
    KeyError
        If the assessment has no such community, or the catalogue is another one.
    """
    material = gather_around(assessment, survey, catalogue, community_id)
    coverage = shown_coverage(material.book, assessment)
    made = {}
    for lang in options.lang:
        context = report_context(material.book, options, load_words(lang))
        made[lang] = Document(material.book, Figures(material, context), context, options, "", coverage)
    return made
