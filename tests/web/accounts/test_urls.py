from django.urls import reverse


def test_addresses():
    assert reverse("accounts:person", args=[7]) == "/manage/people/7/"
