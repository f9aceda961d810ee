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
