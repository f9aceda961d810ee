import shutil
import subprocess

import pytest

from linli.report.district.document import Heading
from linli.report.district.numbering import number_blocks
from linli.report.district.pdf import document_job
from linli.report.pdf import set_pdf


@pytest.fixture(scope="module")
def job(sample, fonts, tmp_path_factory):
    return document_job(sample(), fonts, tmp_path_factory.mktemp("pdf") / "plan.pdf")


def blocks_of(data):
    return [block for part in data["parts"] for block in part["blocks"]]


def test_everything_travels_as_data_with_the_numbers_of_word(job, job_data, sample):
    data, numbers = job_data(job), number_blocks(sample())
    headings = [(b["level"], b["label"], b["text"]) for b in blocks_of(data) if b["kind"] == "heading"]
    assert headings == [(one.level, one.label, one.text) for one in numbers.headings]
    labels = [b["label"] for b in blocks_of(data) if b["kind"] in {"table", "figure"}]
    assert labels == ["表 1", "图 1", "表 2", ""]
    paragraph = next(b for b in blocks_of(data) if b["kind"] == "paragraph")
    assert "".join(run["text"] for run in paragraph["runs"]) == "见表 1和图 1。"
    assert paragraph["leads"]


def test_turned_pages_are_parts_of_their_own(job, job_data):
    assert [part["turned"] for part in job_data(job)["parts"]] == [False, True, False]


def test_short_tables_stay_together(job, job_data):
    assert [b["short"] for b in blocks_of(job_data(job)) if b["kind"] == "table"] == [False, True, True]


def test_drawings_ask_for_the_font_that_is_there(job, fonts):
    drawings = [data for name, data in job.inputs.items() if name.endswith(".svg")]
    assert len(drawings) == 1
    assert f'font-family="{fonts.family}"'.encode() in drawings[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_typeset_the_same_every_time(sample, fonts, tmp_path, lang):
    first = set_pdf(document_job(sample(lang), fonts, tmp_path / "a.pdf"), fonts).read_bytes()
    second = set_pdf(document_job(sample(lang), fonts, tmp_path / "b.pdf"), fonts).read_bytes()
    assert first.startswith(b"%PDF")
    assert first == second


def test_an_empty_document_is_a_cover(sample, fonts, tmp_path):
    assert set_pdf(document_job(sample(blocks=()), fonts, tmp_path / "a.pdf"), fonts).stat().st_size > 1000


def test_a_broken_document_is_refused_before_it_is_typeset(sample, fonts, tmp_path):
    with pytest.raises(ValueError, match="level 2"):
        document_job(sample(blocks=(Heading(2, "a"),)), fonts, tmp_path / "a.pdf")


def test_the_words_are_on_the_pages(job, fonts):
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler) is not installed on this machine")
    path = set_pdf(job, fonts)
    text = subprocess.run([tool, "-layout", str(path), "-"], check=True, capture_output=True).stdout.decode()
    for words in (
        "规划 <&>",
        "一、基础",
        "（一）居民",
        "附件一",
        "表 1",
        "图 1",
        "待补" if "待补" in text else "达标",
        "目录",
    ):
        assert words in text, words
    assert text.count("长表") >= 1
