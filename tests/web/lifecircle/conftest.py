import importlib.util
from pathlib import Path

import pytest

from linli.web.lifecircle.choices import asked_of, choices_of
from linli.web.lifecircle.stage import stage_of


def _samples():
    spec = importlib.util.spec_from_file_location("life_circle_samples", Path(__file__).with_name("samples.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def kit():
    """Places and codes of the town of `samples.py`."""
    return _samples()


@pytest.fixture
def town(city, kit):
    """The run of the small town that can be worked out by hand."""
    return kit.make_town(city)


@pytest.fixture(scope="session")
def stage(kit):
    """The town's stage, without a database."""
    return stage_of(kit.unsaved_run())


@pytest.fixture(scope="session")
def demo(demo_files):
    """The demo city's stage, without a database."""
    from linli.web.assessments.models import Run
    from linli.web.surveys.models import Snapshot

    snapshot = Snapshot(place="3301/", folder=str(demo_files.snapshot), digest="demo-snapshot")
    return stage_of(Run(snapshot=snapshot, place="3301/", folder=str(demo_files.assessment), digest="demo-run"))


@pytest.fixture(scope="session")
def ask():
    """Choose by an address."""
    from django.http import QueryDict

    def asked(stage, query="", **more):
        return asked_of(choices_of(stage), QueryDict(query), **more)

    return asked


@pytest.fixture(scope="session")
def lonlat(kit):
    """Degrees of a place of the town, from metres."""
    import pyproj

    outwards = pyproj.Transformer.from_crs(kit.CRS, "EPSG:4326", always_xy=True)
    return lambda x, y=0.0: outwards.transform(kit.X0 + x, kit.Y0 + y)


DISTRICT, OTHER, CITY = "3301/330105/", "3301/330106/", "3301/"
