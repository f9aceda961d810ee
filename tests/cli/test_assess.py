import json

from linli.assess import load_assessment


def test_a_snapshot_is_assessed_by_the_choices_of_its_declaration(linli, done, tmp_path):
    config, out, _ = done
    said = linli("assess", out / "snapshot", "-o", tmp_path / "again", "--config", config, "--json")
    assert said.exit_code == 0, said.output
    first, again = load_assessment(out / "assessment"), load_assessment(tmp_path / "again")
    assert len(json.loads(said.stdout)) == len(first.scores)
    assert again.items.equals(first.items)


def test_for_people_it_counts_the_communities(linli, done, tmp_path):
    _, out, _ = done
    shown = linli("assess", out / "snapshot", "-o", tmp_path / "again", "--lang", "en")
    assert f"{len(load_assessment(out / 'assessment').communities)} communities assessed" in shown.output
