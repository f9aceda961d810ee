"""提升 improve: what to build, convert and re-allocate, where, in which order and with which money."""

__all__: list[str] = []
