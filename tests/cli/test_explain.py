import json

from linli.assess import load_assessment
from linli.errors import LinliError

ITEM = "complete_community/nursery"


def test_explain_names_rows_clause_and_options(linli, done):
    config, out, _ = done
    community = load_assessment(out / "assessment").communities.iloc[0]
    shown = linli("explain", community["name"], ITEM, "-a", out, "--config", config, "--lang", "en")
    assert shown.exit_code == 0, shown.output
    assert community["name"] in shown.output
    data = json.loads(linli("explain", community["community_id"], ITEM, "-a", out, "--config", config, "--json").stdout)
    assert data["community_id"] == community["community_id"]


def test_a_stranger_is_named(linli, done):
    _, out, _ = done
    shown = linli("explain", "nobody", ITEM, "-a", out)
    assert isinstance(shown.exception, LinliError)
    assert "nobody" in str(shown.exception)
