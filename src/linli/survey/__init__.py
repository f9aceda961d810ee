"""调查 Survey: what a city has, read from its own files, checked, and frozen.

The stages, each a module: `config` (the declaration), `tabular` / `vector` / `osm` (readers), `build_layer` (cells to
values), `datum` (one coordinate system), `check` / `crosscheck` / `slip` (problems), `residents` (people to
buildings), `read` (the whole way), `snapshot` (freeze and load), `markup` (the user's own workbook back, marked).
`schema` says what every layer holds; `record` is the result.
"""

from linli.survey.config import Dataset, read_dataset, read_yaml_model
from linli.survey.read import Checked, ReadResult, check_survey, read_survey
from linli.survey.record import Manifest, ResidentsNote, SourceNote, Survey, make_survey
from linli.survey.schema import LAYERS, Layer, describe_layers, empty_frame, layer_schema, layer_schemas
from linli.survey.snapshot import freeze, load_layer, load_snapshot

__all__ = [
    "LAYERS",
    "Checked",
    "Dataset",
    "Layer",
    "Manifest",
    "ReadResult",
    "ResidentsNote",
    "SourceNote",
    "Survey",
    "check_survey",
    "describe_layers",
    "empty_frame",
    "freeze",
    "layer_schema",
    "layer_schemas",
    "load_layer",
    "load_snapshot",
    "make_survey",
    "read_dataset",
    "read_survey",
    "read_yaml_model",
]
