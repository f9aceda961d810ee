"""调查 Survey: what a city has, read from its own files, checked, and frozen.

The stages, each a module: `config` (the declaration), `tabular` / `vector` / `osm` (readers), `datum` (one coordinate
system), `check` / `crosscheck` (problems), `residents` (people to buildings), `read` (the whole way), `snapshot`
(freeze and load). `schema` says what every layer holds; `record` is the result.
"""

from linli.survey.config import Dataset, read_dataset, read_yaml_model
from linli.survey.record import Manifest, ResidentsNote, SourceNote, Survey, make_survey
from linli.survey.schema import LAYERS, Layer, describe_layers, empty_frame, layer_schema, layer_schemas

__all__ = [
    "LAYERS",
    "Dataset",
    "Layer",
    "Manifest",
    "ResidentsNote",
    "SourceNote",
    "Survey",
    "describe_layers",
    "empty_frame",
    "layer_schema",
    "layer_schemas",
    "make_survey",
    "read_dataset",
    "read_yaml_model",
]
