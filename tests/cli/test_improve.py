import json

from typer.testing import CliRunner

from linli.cli.app import app
from linli.survey.demo import write_demo

runner = CliRunner()


def test_improve_shows_the_projects_with_status_bound_and_gap(tmp_path):
    write_demo(tmp_path / "demo", seed=2, rounds=(1,))
    config = str(tmp_path / "demo" / "round-1" / "linli.yaml")
    shown = runner.invoke(app, ["improve", config, "-o", str(tmp_path / "plan"), "--lang", "en"])
    assert shown.exit_code == 0, shown.output
    assert "optimal" in shown.output
    assert "gap 0.00%" in shown.output
    assert "unset" in shown.output
    said = json.loads(runner.invoke(app, ["improve", config, "-o", str(tmp_path / "again"), "--json"]).stdout)
    assert said["meta"]["status"] == "optimal"
    assert said["chosen"][0]["served"] >= 0
