import dataclasses

from linli.report.context import report_context
from linli.report.options import ReportOptions
from linli.report.words import load_words


def test_it_says_place_date_source_and_approval(book):
    manifest = {**book.manifest, "attribution": ["甲局", "乙院", "甲局"]}
    known = dataclasses.replace(book, manifest=manifest)
    options = ReportOptions(approval_number="GS(2026)0001", attribution="丙公司")
    context = report_context(known, options, load_words("zh"))
    assert context.place == book.name["zh"]
    assert context.dated == f"数据日期 {book.surveyed_on.isoformat()}"
    assert context.notes[0] == "数据来源：甲局；乙院；丙公司"
    assert context.notes[1].startswith("居民分布：")
    assert context.notes[2] == "审图号：GS(2026)0001"


def test_without_them_only_the_residents_method_is_said(book):
    bare = dataclasses.replace(book, manifest={**book.manifest, "attribution": []})
    context = report_context(bare, ReportOptions(), load_words("en"))
    assert len(context.notes) == 1
    assert context.fmt.people == book.unit
