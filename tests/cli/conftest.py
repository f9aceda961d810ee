import json

import pytest
from typer.testing import CliRunner

from linli.cli.app import app
from linli.survey.demo import write_demo


@pytest.fixture(scope="session")
def linli():
    """Run a command in this process."""
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def done(linli, tmp_path_factory):
    """The later round of the demo city, run: its declaration, the folder of results, what the command said."""
    folder = tmp_path_factory.mktemp("done")
    write_demo(folder / "demo")
    config, out = folder / "demo" / "round-2" / "linli.yaml", folder / "report"
    result = linli("run", config, "-o", out, "--no-pdf", "--json")
    assert result.exit_code == 0, result.output
    return config, out, json.loads(result.stdout)
