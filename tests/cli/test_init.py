def test_init_writes_a_declaration_and_never_overwrites_one(linli, tmp_path):
    assert linli("init", tmp_path / "new").exit_code == 0
    written = (tmp_path / "new" / "linli.yaml").read_text(encoding="utf-8")
    assert "sources" in written
    (tmp_path / "new" / "linli.yaml").write_text("mine", encoding="utf-8")
    assert linli("init", tmp_path / "new").exit_code == 1
    assert (tmp_path / "new" / "linli.yaml").read_text(encoding="utf-8") == "mine"
