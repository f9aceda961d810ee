import csv

import pytest

from linli.assess import AssessOptions, assess, save_assessment
from linli.errors import InputError, SnapshotError
from linli.feedback import Decision, compare_rounds, load_outcome
from linli.feedback.outcome import load_round, read_decisions, write_outcome
from linli.survey import freeze, load_snapshot


@pytest.fixture
def doubtful(make):
    before = {"facilities": [make.facility("F1", "canteen", 100.0, "=阳光食堂")]}
    after = {"facilities": [make.facility("N1", "canteen", 103.0, "大象餐饮")]}
    return before, after


def fill(path, value):
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    for row in table:
        row["same"] = value
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, table[0].keys())
        writer.writeheader()
        writer.writerows(table)


def test_what_is_written(outcome, tmp_path):
    files = write_outcome(outcome, tmp_path / "out")
    names = {path.name for path in files}
    assert names == {"outcome", "doubtful.csv", "compare.zh.xlsx", "compare.zh.md", "compare.en.xlsx", "compare.en.md"}
    assert load_outcome(tmp_path / "out" / "outcome").meta == outcome.meta
    assert write_outcome(outcome, tmp_path / "out", ("zh",))


@pytest.mark.parametrize(("said", "change"), [("yes", {"renamed"}), ("否", {"opened", "closed"}), ("", set())])
def test_the_list_goes_round(make, doubtful, tmp_path, said, change):
    write_outcome(make.compare(*doubtful), tmp_path, ("zh",))
    path = tmp_path / "doubtful.csv"
    assert "'=阳光食堂" in path.read_text(encoding="utf-8-sig")
    fill(path, said)
    decided = read_decisions(path)
    again = make.compare(*doubtful, decided=decided)
    assert set(again.changes["change"]) == change
    # what was decided is kept in the list of the next comparison
    write_outcome(again, tmp_path, ("zh",))
    assert read_decisions(path) == decided


def test_as_excel_in_chinese_saves_it(tmp_path):
    path = tmp_path / "doubtful.csv"
    path.write_bytes("layer,id_before,id_after,name_before,same\nrooms,R1,R2,甲,是\n".encode("gb18030"))
    assert read_decisions(path) == (Decision(layer="rooms", before_id="R1", after_id="R2", same=True),)


def test_every_slip_is_named_with_its_row(tmp_path):
    path = tmp_path / "doubtful.csv"
    path.write_text("layer,id_before,id_after,same\nrooms,R1,R2,perhaps\nstreets,S1,S2,yes\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_decisions(path)
    assert [(p.row, p.column, p.value) for p in caught.value.problems] == [
        (2, "same", "perhaps"),
        (3, "layer", "streets"),
    ]
    path.write_text("layer,id_before\n", encoding="utf-8")
    with pytest.raises(InputError, match="id_after"):
        read_decisions(path)


def test_rounds_from_folders(make, tmp_path):
    for name, survey in (("a", make.town()), ("b", make.town(facilities=[make.facility("N1", "canteen", 100.0)]))):
        freeze(survey, tmp_path / name / "snapshot")
        snapshot = load_snapshot(tmp_path / name / "snapshot")
        save_assessment(assess(snapshot, make.catalogue, AssessOptions()), tmp_path / name / "assessment")
    one, other = (load_round(tmp_path / name) for name in "ab")
    assert compare_rounds(one, other, catalogue=make.catalogue).changes["change"].tolist() == ["opened"]
    with pytest.raises(SnapshotError):
        load_round(tmp_path)
