from django.urls import reverse


def test_addresses():
    assert (reverse("home"), reverse("desk"), reverse("health")) == ("/", "/me/", "/health")
