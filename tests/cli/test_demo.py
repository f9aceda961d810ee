import json


def test_the_demo_ends_with_a_report_and_says_what_it_made(linli, tmp_path):
    result = linli("demo", "-o", tmp_path, "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (tmp_path / "report" / "index.html").is_file()
    assert "index.html" in said["files"]
