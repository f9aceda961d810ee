import subprocess
import sys

import pytest
from typer.testing import CliRunner

import linli
from linli.cli import app as module
from linli.cli.app import COMMANDS, app

runner = CliRunner()


def invoke(*arguments: object):
    return runner.invoke(app, [str(argument) for argument in arguments])


def test_every_command_has_help_with_an_example():
    for command in COMMANDS:
        result = invoke(command, "--help")
        assert result.exit_code == 0
        assert "Example" in result.output or "Commands" in result.output, command


def test_the_help_lists_every_command_and_loads_none_of_them():
    code = "import sys; from linli.cli.app import app; app(['--help'], standalone_mode=False); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert all(name in said.stdout for name in COMMANDS)
    loaded = set(said.stdout.split())
    assert not loaded & {"pandas", "numba", "scipy", "linli.assess"}


def test_a_slip_of_the_pen_is_met_with_a_suggestion():
    result = invoke("imprve")
    assert result.exit_code == 2
    assert "improve" in result.output


def test_version():
    assert linli.__version__ in invoke("--version").output


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
