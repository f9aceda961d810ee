import shutil
import subprocess

import pytest


def text_of(path):
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    done = subprocess.run([tool, "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ["社区评估报告", "一、", "（一）", "社区画像"]), ("en", ["Community assessment", "Contents"])],
)
def test_the_whole_report(fonts, report, lang, words):
    text = text_of(report[0] / f"report-{lang}.pdf")
    for word in words:
        assert word in text
    # a hostile name is text like any other
    assert "<script>" in text


def test_a_profile_is_two_pages(fonts, report):
    profiles = list((report[0] / "profiles").rglob("*.pdf"))
    assert len(profiles) == 1
    text = text_of(profiles[0])
    assert text.count("\f") == 2
    assert "生活圈" in text


def test_files_are_pdf(fonts, report):
    assert (report[0] / "report-zh.pdf").read_bytes().startswith(b"%PDF-")
