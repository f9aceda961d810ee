from django.urls import reverse


def test_addresses():
    assert (reverse("home"), reverse("health")) == ("/", "/health")
