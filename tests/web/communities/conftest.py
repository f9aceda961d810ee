"""Figures that are kept are forgotten between tests: their databases are emptied."""

import pytest

from linli.web.communities.figures import forget_figures


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    forget_figures()
