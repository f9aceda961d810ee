"""What the matrix test asks the routes of this app for: what the API says of itself and of who asks."""

PUBLIC = {"basemap"}  # without a file, or for who has not signed in, there is nothing to be had: see test_basemap


def samples(_):
    """Return, by route, the requests to make."""
    asked = {"args": (), "place": None, "method": "get", "data": None}
    return {"api:me:GET": [asked], "api:openapi:GET": [asked]}
