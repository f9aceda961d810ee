"""What the tests of the survey floor share."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def shared_data():
    """Return a function that gives the path of a real data file, or skips the test if it is not on this machine."""

    def find(name):
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"real data not on this machine: {name}")
        return path

    return find
