"""Scenes."""

from __future__ import annotations

import pandas as pd

from linli.rules import Catalogue

__all__ = ["scenes"]


def scenes(items: pd.DataFrame, catalogue: Catalogue, weights: object) -> pd.DataFrame:
    return pd.DataFrame({"community_id": []})
