"""What the command does is tested in tests/web/test_site.py; here, that a folder that is no site is told."""

import pytest
from typer.testing import CliRunner

from linli.cli.audit import app
from linli.errors import ConfigError


def test_a_folder_that_is_no_site(tmp_path):
    result = CliRunner().invoke(app, ["verify", str(tmp_path)])
    assert isinstance(result.exception, ConfigError)
    with pytest.raises(ConfigError, match="linli site init"):
        raise result.exception
