"""What the matrix test asks the routes of this app for: the places themselves, within the jurisdiction and without."""

from linli.web.accounts.models import Place

ROUTES = {"city": "overview", "district": "district", "street": "street", "community": "profile"}


def samples(city):
    """Return, by route, the requests to make."""
    found = {}
    for place in Place.objects.all():
        sample = {"args": (place.code,), "place": place.path, "method": "get", "data": {}}
        found.setdefault(f"communities:{ROUTES[place.level]}", []).append(sample)
    return found
