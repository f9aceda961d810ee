import shutil


def test_a_run_ends_with_a_report_and_says_what_it_made(done):
    _, out, said = done
    assert (out / "index.html").is_file()
    assert "index.html" in said["files"]
    assert not list(out.glob("*.pdf"))
    assert [stage["name"] for stage in said["stages"]] == ["read", "freeze", "assess", "report"]


def test_for_people_it_tells_the_stages_and_where_the_report_is(linli, done, tmp_path):
    config, _, _ = done
    shown = linli("run", config, "-o", tmp_path / "out", "--no-pdf", "--lang", "zh")
    assert shown.exit_code == 0
    assert "合计" in shown.output
    assert str(tmp_path / "out" / "index.html") in shown.output
    shutil.rmtree(tmp_path / "out")
