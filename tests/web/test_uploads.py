"""Files are told by their content; tricks are refused with a message."""

import io
import zipfile

import pytest

from linli.web.refusal import Refused
from linli.web.uploads import KINDS, check_upload


def office(part, size=10):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, b"0" * size)
    return out.getvalue()


GOOD = {
    "pdf": b"%PDF-1.7",
    "jpg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n",
    "docx": office("word/document.xml"),
    "xlsx": office("xl/workbook.xml"),
}


def refused(key, name, data, **more):
    with pytest.raises(Refused) as caught:
        check_upload(name, data, most_mb=1, **more)
    assert caught.value.key == f"pages.refuse.{key}"
    assert str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_told_by_its_content(kind):
    upload = check_upload(f"文件.{kind.upper()}", GOOD[kind], most_mb=1)
    assert upload.kind == kind
    assert len(upload.sha256) == 64
    assert upload.is_photo is (kind in {"jpg", "png"})


@pytest.mark.parametrize(
    ("key", "name", "data"),
    [
        ("file_empty", "a.pdf", b""),
        ("file_large", "a.pdf", b"%PDF-" + b"0" * 1024 * 1024),
        ("file_kind", "a.exe", b"MZ\x90"),
        ("file_kind", "a.svg", b"<svg onload='x'>"),
        ("file_kind", "a.xlsx", b"PK\x03\x04 not a zip"),
        ("file_kind", "a.zip", office("evil.js")),
        ("file_name", "a.png", GOOD["pdf"]),
        ("file_name", "report.pdf.exe", GOOD["pdf"]),
        ("file_bomb", "a.xlsx", office("xl/workbook.xml", 20_000_000)),
    ],
)
def test_what_will_not_do_is_refused(key, name, data):
    refused(key, name, data)


def test_photos_only_where_photos_are_asked_for():
    refused("file_kind", "a.pdf", GOOD["pdf"], photos_only=True)
    assert check_upload("a.jpeg", GOOD["jpg"], most_mb=1, photos_only=True).kind == "jpg"


@pytest.mark.parametrize("name", ["../../etc/a.pdf", "C:\\windows\\a.pdf", "/a.pdf", "\u202ea.pdf", "a\x00.pdf"])
def test_names_are_no_paths(name):
    assert check_upload(name, GOOD["pdf"], most_mb=1).name == "a.pdf"
