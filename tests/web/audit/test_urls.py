from django.urls import reverse


def test_addresses():
    assert reverse("audit:event", args=[7]) == "/audit/7/"
