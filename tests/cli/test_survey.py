import json

import openpyxl
import pytest
from typer.testing import CliRunner

from linli.cli.app import app

runner = CliRunner()
GOOD = {
    "社区.csv": '社区编号,社区名称,几何WKT\n1,甲,"POLYGON((120 30,120.01 30,120.01 30.01,120 30.01,120 30))"\n',
    "道路.csv": '道路编号,几何WKT\ns1,"LINESTRING(120 30.005,120.01 30.005)"\n',
    "住宅楼.csv": "楼栋编号,常住人口,经度,纬度\nb1,60,120.004,30.0055\n",
    "设施.csv": "设施编号,设施类型,经度,纬度\nf1,nursery,120.003,30.0051\n",
}
CONFIG = "name: 测试\nsurveyed_on: 2026-01-02\nsources:\n  - file: data\n"


def invoke(*arguments):
    return runner.invoke(app, ["survey", *map(str, arguments)])


@pytest.fixture
def config(tmp_path):
    (tmp_path / "data").mkdir()
    for name, text in GOOD.items():
        (tmp_path / "data" / name).write_text(text, encoding="gbk")
    path = tmp_path / "linli.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def spoil(config):
    (config.parent / "data" / "设施.csv").write_text(
        "设施编号,设施类型,经度,纬度\nf1,飞船,120.003,30.0051\n", encoding="utf-8"
    )


def test_every_command_has_help_with_an_example():
    for command in ("template", "check", "freeze", "show"):
        result = invoke(command, "--help")
        assert result.exit_code == 0
        assert "Example" in result.output, command


def test_the_template_is_written_and_not_overwritten_unasked(tmp_path):
    path = tmp_path / "s.xlsx"
    assert invoke("template", "-o", path, "--lang", "zh").exit_code == 0
    assert "设施" in openpyxl.load_workbook(path).sheetnames
    assert invoke("template", "-o", path).exit_code == 1
    assert invoke("template", "-o", path, "--force", "--lang", "en").exit_code == 0
    assert "facilities" in openpyxl.load_workbook(path).sheetnames


def test_a_good_dataset_passes_and_shows_how_it_was_decoded(config):
    result = invoke("check", config, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "gb18030" in result.output
    assert "社区编号" in result.output, "a preview shows that the encoding is right"
    assert "0 errors, 0 warnings" in result.output


def test_a_broken_dataset_ends_with_1_and_names_the_place(config):
    spoil(config)
    result = invoke("check", config, "--lang", "zh")
    assert result.exit_code == 1
    assert "飞船" in result.output
    content = json.loads(invoke("check", config, "--json").stdout)
    assert content["errors"] == 1
    assert content["problems"][0]["code"] == "type.unknown"
    assert content["problems"][0]["row"] == 2
    assert content["sources"]


def test_the_marked_files_are_written_where_asked(config, tmp_path):
    spoil(config)
    result = invoke("check", config, "--marked", tmp_path / "back", "--lang", "zh")
    assert result.exit_code == 1
    assert (tmp_path / "back" / "问题.xlsx").exists()


def test_a_workbook_may_be_checked_without_a_declaration(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "设施"
    book.active.append(["设施编号", "设施类型", "经度", "纬度"])
    book.active.append(["f1", "nursery", 120.1, 30.2])
    book.save(tmp_path / "a.xlsx")
    result = invoke("check", tmp_path / "a.xlsx", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "layer.absent" in result.output


def test_freezing_showing_and_refusing(config, tmp_path):
    out = tmp_path / "snapshot"
    assert invoke("freeze", config, "-o", out).exit_code == 0
    shown = json.loads(invoke("show", out, "--json").stdout)
    assert shown["rows"]["buildings"] == 1
    assert "SHA-256" in invoke("show", out).output
    assert invoke("freeze", config, "-o", out).exit_code != 0
    assert invoke("freeze", config, "-o", out, "--replace").exit_code == 0
    spoil(config)
    assert invoke("freeze", config, "-o", out, "--replace").exit_code == 1
    assert json.loads(invoke("show", out, "--json").stdout)["digest"] == shown["digest"], "the old snapshot stays"
    (out / "plots.parquet").write_bytes(b"")
    assert invoke("show", out).exit_code != 0
