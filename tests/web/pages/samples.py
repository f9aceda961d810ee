"""What the matrix test asks the routes of this app for: none of them has arguments."""

PUBLIC = {"basemap"}  # without a file, or for who has not signed in, there is nothing to be had: see test_basemap


def samples(_):
    """Return no requests."""
    return {}
