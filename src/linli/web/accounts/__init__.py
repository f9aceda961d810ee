"""People and what they may do: places, organisations, roles, grants, deputies, and the one gate."""
