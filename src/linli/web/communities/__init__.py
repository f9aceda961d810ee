"""一社一画像 communities: the city overview, the district page and the profile of each community."""
