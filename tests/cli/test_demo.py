import json


def test_the_demo_goes_round_the_loop_and_says_what_it_made(linli, tmp_path):
    result = linli("demo", "-o", tmp_path, "--no-pdf", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (tmp_path / "index.html").is_file()
    for folder in ("round-1", "plan", "report", "outcome"):
        assert f'href="{folder}/zh/index.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
        assert (tmp_path / folder / "en" / "index.html").is_file(), folder
    assert not list(tmp_path.rglob("*.pdf"))
    assert said["plan"]["projects"] > 0
    assert said["outcome"]["better"] > 0
