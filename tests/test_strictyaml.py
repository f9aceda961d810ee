from pathlib import Path

from linli.strictyaml import read_yaml


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_keeps_the_line_of_every_key(tmp_path):
    read = read_yaml(write(tmp_path, "a: 1\nb:\n  - c: 2020-08-18\n    d: 托儿所\n"))
    assert read.problems == ()
    assert read.data["b"][0]["d"] == "托儿所"
    assert read.data["b"][0]["c"].isoformat() == "2020-08-18"
    assert (read.line(("a",)), read.line(("b", 0, "d")), read.line(("b", 0, "missing"))) == (1, 4, 3)


def test_a_duplicate_key_is_a_problem_with_its_line(tmp_path):
    read = read_yaml(write(tmp_path, "a: 1\nb: 2\na: 3\n"))
    (problem,) = read.problems
    assert (problem.code, problem.row, problem.value) == ("yaml.duplicate_key", 3, "a")
    assert read.data["a"] == 1


def test_broken_yaml_and_broken_encodings_are_problems(tmp_path):
    assert read_yaml(write(tmp_path, "a: [1\nb: 2\n")).problems[0].code == "yaml.syntax"
    assert read_yaml(write(tmp_path, "a: 2020-13-45\n")).problems[0].code == "yaml.value"
    assert read_yaml(write(tmp_path, "名: 值".encode("gbk"))).problems[0].code == "yaml.encoding"
    assert read_yaml(write(tmp_path, "\ta: 1\n")).problems[0].code == "yaml.syntax"
    assert read_yaml(write(tmp_path, "")).data is None


def test_words_that_yaml_1_1_takes_for_truths_or_numbers_stay_words(tmp_path):
    read = read_yaml(write(tmp_path, "on: 2026-11-23\nbands: [0_2, 60_79]\nopens: 8:30\nanswer: no\nid: 012\n"))
    assert read.problems == ()
    assert list(read.data) == ["on", "bands", "opens", "answer", "id"]
    assert read.data["bands"] == ["0_2", "60_79"]
    assert (read.data["opens"], read.data["answer"], read.data["id"]) == ("8:30", "no", "012")


def test_numbers_and_truths_are_still_themselves(tmp_path):
    read = read_yaml(write(tmp_path, "a: [1, -2, 0, 0x10, 1.5, -0.5, 1e3, 1.5e-3, .inf, true, False, null, ~]\n"))
    assert read.data["a"] == [1, -2, 0, 16, 1.5, -0.5, "1e3", 0.0015, float("inf"), True, False, None, None]
