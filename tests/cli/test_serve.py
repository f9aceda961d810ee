"""What the command does is tested in tests/web/test_site.py; here, that it is listed and explains itself."""

from typer.testing import CliRunner

from linli.cli.serve import app


def test_help_has_an_example():
    text = CliRunner().invoke(app, ["--help"]).output
    assert "linli" in text.lower() or "site" in text.lower()
