import pytest

from linli.errors import FontError
from linli.report.fonts import FAMILIES, find_fonts, font_folders


def test_the_best_family_wins(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "simhei.ttf").write_bytes(b"")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "NotoSansCJK-Regular.ttc").write_bytes(b"")
    found = find_fonts([tmp_path])
    assert found.family == "Noto Sans CJK SC"
    assert found.folder == tmp_path / "b"


def test_names_are_found_in_any_case(tmp_path):
    (tmp_path / "MSYH.TTC").write_bytes(b"")
    assert find_fonts([tmp_path]).family == "Microsoft YaHei"


def test_no_font_says_what_to_install(tmp_path):
    with pytest.raises(FontError, match="fonts-noto-cjk") as error:
        find_fonts([tmp_path])
    assert "pdf: false" in str(error.value)


def test_further_folders_can_be_named(tmp_path, monkeypatch):
    (tmp_path / "wqy-microhei.ttc").write_bytes(b"")
    monkeypatch.setenv("LINLI_FONTS", str(tmp_path))
    assert font_folders()[0] == tmp_path
    assert len({family for family, _ in FAMILIES}) == len(FAMILIES)
