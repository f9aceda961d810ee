import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import linli
from linli.cli import app as module
from linli.cli.app import app

runner = CliRunner()


def invoke(*arguments: object):
    return runner.invoke(app, [str(argument) for argument in arguments])


def test_every_command_has_help_with_an_example():
    for command in ("init", "run", "demo", "assess", "explain"):
        result = invoke(command, "--help")
        assert result.exit_code == 0
        assert "Example" in result.output, command


def test_version():
    assert linli.__version__ in invoke("--version").output


def test_init_writes_a_declaration_and_never_overwrites_one(tmp_path):
    assert invoke("init", tmp_path / "new").exit_code == 0
    written = (tmp_path / "new" / "linli.yaml").read_text(encoding="utf-8")
    assert "sources" in written
    (tmp_path / "new" / "linli.yaml").write_text("mine", encoding="utf-8")
    assert invoke("init", tmp_path / "new").exit_code == 1
    assert (tmp_path / "new" / "linli.yaml").read_text(encoding="utf-8") == "mine"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    result = invoke("demo", "-o", out, "--json")
    assert result.exit_code == 0, result.output
    return out, json.loads(result.stdout)


def test_demo_ends_with_a_report_and_says_what_it_made(demo):
    out, said = demo
    assert (out / "report" / "index.html").is_file()
    assert "index.html" in said["files"]
    assert [stage["name"] for stage in said["stages"]] == ["read", "freeze", "assess", "report"]


def test_explain_names_rows_clause_and_options(demo):
    out, _ = demo
    config = out / "demo" / "round-2" / "linli.yaml"
    said = invoke("assess", out / "report" / "snapshot", "-o", out / "again", "--config", config, "--json")
    scores = json.loads(said.stdout)
    community = scores[0]["community_id"]
    result = invoke("explain", community, "complete_community/nursery", "-a", out / "report", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert community in result.output or "nursery" in result.output.lower()
    data = json.loads(invoke("explain", community, "complete_community/nursery", "-a", out / "report", "--json").stdout)
    assert data["community_id"] == community


def linli_command(*arguments: object) -> subprocess.CompletedProcess[str]:
    code = "from linli.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_our_errors_end_with_their_text_and_no_traceback(tmp_path):
    config = tmp_path / "linli.yaml"
    config.write_text("nmae: x\n", encoding="utf-8")
    for lang, said in (("zh", "没有这个键"), ("en", "no such key")):
        ended = linli_command("run", config, "-o", tmp_path / "out", "--lang", lang)
        assert ended.returncode == 1
        assert said in ended.stderr
        assert "Traceback" not in ended.stderr


def test_wrong_usage_ends_with_two(tmp_path):
    assert linli_command("run", tmp_path / "nowhere.yaml").returncode == 2


def test_a_fault_of_ours_leaves_a_file_and_no_traceback(monkeypatch, capsys):
    def fall() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module, "app", fall)
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert ".log" in said.replace("\n", "")
