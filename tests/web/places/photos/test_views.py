from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from linli.web.places.models import Photo

pytestmark = pytest.mark.django_db


def picture():
    file = BytesIO()
    Image.new("RGB", (900, 600), "teal").save(file, "JPEG")
    return file.getvalue()


def test_a_photo_is_sent_shown_and_withdrawn(nursery, worker, city, enter):
    client = enter(worker)
    address = "/places/facilities/record/F1/photos/new/"
    assert "人脸" in client.get(address).content.decode() or "面部" in client.get(address).content.decode()
    wrong = client.post(address, {"file": SimpleUploadedFile("a.jpg", b"no picture")})
    assert "不接受这种文件" in wrong.content.decode()
    client.post(address, {"file": SimpleUploadedFile("a.jpg", picture())})
    one = Photo._all.get()
    page = client.get("/places/facilities/record/F1/").content.decode()
    assert f"/places/photos/{one.pk}/small/" in page
    large, small = (client.get(f"/places/photos/{one.pk}/{more}") for more in ("", "small/"))
    assert large["Content-Type"] == small["Content-Type"] == "image/jpeg"
    assert len(large.getvalue()) > len(small.getvalue())
    client.post(f"/places/photos/{one.pk}/withdraw/", {"reason": "模糊"})
    assert client.get(f"/places/photos/{one.pk}/").status_code == 404
    outsider = enter(city.user("community_worker", "3301/330106/330106003/330106003001/"))
    assert outsider.get(address).status_code == 404
