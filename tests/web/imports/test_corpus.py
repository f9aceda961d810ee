"""Files as they come from streets: every kind of trouble that is known of Excel, WPS and map services, end to end."""

import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
import shapely

from linli.survey.datum import wgs84_to_bd09, wgs84_to_gcj02
from linli.web.imports.models import Batch
from linli.web.imports.services import batch_apply, batch_check_again
from linli.web.jobs.runner import perform
from linli.web.places.models import Record

pytestmark = pytest.mark.django_db
TEXT = "设施编号,设施类型,设施名称,所属社区编号,建筑面积,经度,纬度\nN1,社区食堂,老年食堂丙,330105011001,80,120.1241,30.3061\n"


def saved(change, *rows, kit):
    """A workbook that somebody's program changed."""
    book = openpyxl.load_workbook(io.BytesIO(kit.book(*rows)))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(data, change):
    """The same workbook with its parts rewritten."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in change(parts).items():
            archive.writestr(name, content)
    return stream.getvalue()


# --------------------------------------------------------------------------------------------------------- text


@pytest.mark.parametrize(("encoding", "found"), [("gbk", "gb18030"), ("gb18030", "gb18030"), ("utf-8", "utf-8"),
                                                 ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")])  # fmt: skip
def test_chinese_text_is_read_in_whatever_encoding_and_shown_before_anything_is_written(
    encoding, found, kit, street, send
):
    batch = send(street, TEXT.encode(encoding), "设施.csv")
    assert batch.state == "ready"
    table = batch.tables[0]
    assert table["encoding"] == found
    assert table["preview"][1].startswith("N1,社区食堂,老年食堂丙")
    assert table["why"]["zh"]
    assert batch.rows.get(key="N1").values["name"] == "老年食堂丙"


@pytest.mark.parametrize("mark", [",", "\t", ";", "|", "，"])
def test_any_usual_delimiter_is_told(mark, kit, street, send):
    assert kit.does(send(street, TEXT.replace(",", mark).encode(), "设施.csv"), "new") == [("new", "N1")]


def test_a_table_with_a_title_above_and_totals_below_is_read(kit, street, send):
    text = "和睦街道设施统计表,,,,,,\n" + TEXT + "合计,,,,80,,\n"
    batch = send(street, text.encode("gbk"), "设施.csv")
    assert batch.counts["facilities"]["left_out"] == 1
    assert kit.found(batch) == [("row.total", 4)]
    assert batch.state == "ready"


# -------------------------------------------------------------------------------------------------------- cells


def test_formulas_that_were_never_calculated_are_errors(kit, street, send):
    batch = send(street, kit.book(kit.line("N1", area="=40*2")))
    assert kit.found(batch) == [("cell.formula", 2)]


def test_formulas_with_their_values_are_read(kit, street, send):
    def cached(parts):
        name = "xl/worksheets/sheet1.xml"
        return {**parts, name: parts[name].replace(b"<v></v>", b"<v>80</v>").replace(b"<v/>", b"<v>80</v>")}

    batch = send(street, repacked(kit.book(kit.line("N1", area="=40*2")), cached))
    assert kit.found(batch) == []
    assert batch.rows.get(key="N1").values["floor_area_m2"] == 80


def test_merged_cells_are_filled_for_words_and_refused_for_numbers(kit, street, send):
    def merge(column):
        return lambda book: book["设施"].merge_cells(f"{column}2:{column}3")

    rows = [kit.line("N1", name="甲"), kit.line("N2", east=120.1251)]
    words = send(street, saved(merge("C"), *rows, kit=kit))
    assert kit.found(words) == [("cell.merged_filled", 2)]
    assert set(words.rows.filter(action="new").values_list("name", flat=True)) == {"甲"}
    assert ("cell.merged", 2) in kit.found(send(street, saved(merge("E"), *rows, kit=kit)), "error")


def test_dates_as_text_are_read_and_half_a_date_is_an_error(kit, street, send):
    head = ("用房编号", "建筑面积", "可用日期", "所属社区编号", "经度", "纬度")
    days = ["2026年7月1日", "2026/7/1", "20260701", "2026-07-01", datetime(2026, 7, 1), "2026年7月"]  # noqa: DTZ001
    rows = [(f"R{at}", 80, day, kit.CODES["hemu"], 120.1211 + at / 1e4, 30.3051) for at, day in enumerate(days)]
    batch = send(street, kit.book(*rows, head=head, sheet="存量用房"))
    assert kit.found(batch) == [("date.text", 7)]
    read = batch.rows.filter(action="new").values_list("values", flat=True)
    assert {values["available_from"] for values in read} == {"2026-07-01"}


def test_codes_that_became_numbers_or_science_are_codes_or_errors(kit, street, send):
    batch = send(
        street, kit.book(kit.line(12345.0), kit.line("3.3E+11", east=120.1251), kit.line("001", east=120.1261))
    )
    assert kit.found(batch) == [("code.scientific", 3)]
    assert {key for _, key in kit.does(batch, "new")} == {"12345", "001"}


def test_full_width_digits_units_and_synonyms_are_understood(kit, street, send):
    batch = send(
        street,
        kit.book(kit.line("Ｎ１", area="１，２００", kind="托育机构"), kit.line("N2", area="80平方米", east=120.1251)),
    )
    assert kit.found(batch) == [("number.with_words", 3)]
    assert batch.rows.get(key="N1").values == {
        "facility_id": "N1", "type": "nursery", "name": "新Ｎ１", "community_id": kit.CODES["hemu"],
        "floor_area_m2": 1200,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------- places


def test_longitude_and_latitude_in_each_others_columns_are_found(kit, street, send):
    batch = send(street, kit.book(kit.line("N1", east=30.3051, north=120.1235)))
    assert kit.found(batch) == [("geometry.swapped", 2)]
    finding = batch.findings.get()
    assert (finding.column, finding.value) == ("经度", "30.305100, 120.123500")


def shifted(kit, shift, n=8):
    made = []
    for at in range(n):
        lon, lat = (float(v) for v in shift(120.1281, 30.3011 + at / 1e3))
        made.append(kit.line(f"N{at}", east=lon, north=lat))
    return kit.book(*made)


@pytest.mark.parametrize(
    ("shift", "datum", "name"), [(wgs84_to_gcj02, "gcj02", "GCJ-02"), (wgs84_to_bd09, "bd09", "BD-09")]
)
def test_a_shifted_datum_is_suspected_and_taken_out_once_it_is_declared(
    shift, datum, name, kit, street, send, as_actor
):
    batch = send(street, shifted(kit, shift))
    suspected = batch.findings.get(code="datum.stated")
    assert name in suspected.message["zh"]
    assert name in suspected.fix["zh"]
    again = batch_check_again(actor=as_actor(street), batch=batch, base_version=batch.version, datum=datum)
    perform(str(again.job_id))
    batch = Batch._all.get(pk=batch.pk)
    assert kit.found(batch) == []
    batch_apply(actor=as_actor(street), batch=batch, base_version=batch.version, reason="高德坐标")
    assert Record._all.get(key="N0").shape.equals_exact(shapely.Point(120.1281, 30.3011), 1e-7)


# ---------------------------------------------------------------------------------------------------- duplicates


def test_the_same_code_again_is_an_error_in_each_further_row(kit, street, send):
    rows = [kit.line("N1", east=120.1201 + at / 1e5) for at in range(999)]
    batch = send(street, kit.book(*rows))
    assert kit.found(batch, "error") == [("id.duplicate", row) for row in range(3, 1001)]
    assert "第 2 行" in batch.findings.first().message["zh"]


def test_999_rows_of_one_name_are_no_error(kit, street, send):
    rows = [kit.line(f"N{at}", east=120.1201 + at % 40 / 4500, north=30.3001 + at // 40 / 2800, name="公共厕所", kind="public_toilet")
            for at in range(999)]  # fmt: skip
    batch = send(street, kit.book(*rows))
    assert kit.found(batch) == []
    assert batch.counts["facilities"]["new"] == 999


# ----------------------------------------------------------------------------------------------- other programs


def wps(parts):
    """What WPS writes differently: its own name, lists in an extension, inline text, prefixed and spare attributes."""
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    extension = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" allowBlank="1" '
        'showErrorMessage="1"><x14:formula1><xm:f>字典!$A$2:$A$9</xm:f></x14:formula1><xm:sqref>B2:B99</xm:sqref>'
        "</x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"
    )
    sheet = sheet.replace("</worksheet>", extension).replace(
        "<sheetData>", '<sheetData xmlns:etc="http://www.wps.cn/etc">'
    )
    app = '<?xml version="1.0"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>WPS Office_12.1.0.16929_F1E327BC</Application></Properties>'
    return {**parts, "xl/worksheets/sheet1.xml": sheet, "docProps/app.xml": app}


def test_a_workbook_saved_by_wps_is_read_like_any_other(kit, street, send):
    batch = send(street, repacked(kit.book(kit.line("N1"), kit.line("F1", area=280)), wps))
    assert kit.found(batch) == []
    assert kit.does(batch, "new", "changed") == [("new", "N1"), ("changed", "F1")]


def test_sheets_are_known_by_what_people_call_them_and_others_are_named(kit, street, send):
    batch = send(
        street,
        kit.book(kit.line("N1"), sheet="3.设施调查表", 住宅楼=[("楼栋编号", "层数"), ("b1", 6)], 草稿=[("a",), (1,)]),
    )
    assert sorted(kit.found(batch)) == [("sheet.elsewhere", None), ("sheet.unknown", None)]
    assert kit.does(batch, "new") == [("new", "N1")]


def test_a_file_of_nothing_known_is_kept_with_what_was_found(kit, street, send):
    batch = send(street, kit.book(("a", "b"), head=("q", "w"), sheet="Sheet1"))
    assert batch.state == "errors"
    assert kit.found(batch) == [("sheet.none", None)]
    assert [level["outcome"] for level in batch.levels][2:] == ["failed", "open", "open", "open", "open"]
    assert "声明" not in batch.findings.get().fix["zh"]


def test_every_row_that_was_read_is_accounted_for(kit, street, send):
    batch = send(street, kit.book(kit.line("N1"), kit.line("F1"), kit.line("F1"), kit.line("N2", area="大"), ["合计"], [None],
                                  kit.line("X1"), kit.line("N3", community="999")))  # fmt: skip
    for counts in batch.counts.values():
        parts = ("new", "changed", "unchanged", "conflict", "error", "left_out")
        assert counts["read"] == sum(counts[name] for name in parts) == 7
        in_file = batch.rows.exclude(action="missing")
        assert counts["read"] == in_file.count() + counts["left_out"]
