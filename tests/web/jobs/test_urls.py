from django.urls import reverse


def test_addresses():
    assert reverse("jobs:list") == "/jobs/"
