import shutil

import pytest

from linli.assess import community, load_assessment
from linli.errors import SnapshotError
from linli.survey import load_snapshot
from linli.web.assessments import pieces

pytestmark = pytest.mark.django_db

CODE = "330199001002"


def test_one_communitys_rows_are_those_of_the_whole_table(world):
    whole = community(load_assessment(world.run.path), CODE)
    for table in ("items", "requirements", "bands"):
        mine = pieces.rows_of(world.run, table, CODE)
        assert mine.astype(str).equals(whole[table].astype(str))
    assert pieces.rows_of(world.run, "items", CODE) is pieces.rows_of(world.run, "items", CODE)
    few = pieces.rows_of(world.run, "buildings", CODE, ("d_canteen",))
    assert list(few.columns) == ["community_id", "d_canteen"]


def test_a_part_of_a_run_can_be_looked_up_as_the_whole(world):
    part = pieces.part_of(world.run, CODE, ("communities", "items"))
    found = community(part, CODE)
    assert len(found["items"]) == 70
    assert found["requirements"].empty
    assert part.meta == pieces.meta_of(world.run)


def test_layers_and_outlines_are_read_by_themselves(world):
    survey = load_snapshot(world.snapshot.path)
    assert len(pieces.layer_of(world.run, "facilities")) == len(survey.layers["facilities"])
    shapes = pieces.outlines_of(world.run)
    assert set(shapes) == set(world.paths)
    whole = dict(zip(survey.layers["communities"]["community_id"], survey.layers["communities"].geometry, strict=True))
    assert shapes[CODE].symmetric_difference(whole[CODE]).area / whole[CODE].area < 0.02


@pytest.fixture
def copied(world, tmp_path):
    """A run whose folder may be harmed; its digest is made up so that nothing is held of it yet."""
    world.run.folder = str(shutil.copytree(world.run.path, tmp_path / "run"))
    pieces._CHECKED.clear()
    pieces._PARTS.clear()
    yield world.run
    pieces._CHECKED.clear()
    pieces._PARTS.clear()


def test_a_table_that_was_changed_is_refused(copied):
    (copied.path / "items.parquet").write_bytes(b"PAR1")
    with pytest.raises(SnapshotError, match="was changed"):
        pieces.rows_of(copied, "items", CODE)
    assert not pieces.rows_of(copied, "requirements", CODE).empty


def test_a_record_that_was_changed_or_lost_is_refused(copied):
    file = copied.path / "assessment.json"
    file.write_text(file.read_text(encoding="utf-8").replace("2025-10-31", "2025-10-30"), encoding="utf-8")
    with pytest.raises(SnapshotError, match="was changed"):
        pieces.meta_of(copied)
    file.unlink()
    with pytest.raises(SnapshotError, match="cannot be read"):
        pieces.rows_of(copied, "items", CODE)
    (copied.path / "items.parquet").unlink()
    with pytest.raises(SnapshotError):
        pieces.rows_of(copied, "items", CODE)
