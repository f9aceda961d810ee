"""A page of a project that asks: `linli.web.pages.asking.ask` with the look of projects."""

from __future__ import annotations

from functools import partial

from linli.web.pages.asking import ask as ask_page

__all__ = ["ask"]

ask = partial(ask_page, template="projects/ask.html")
"""Show a form, or do what it asks for and go back."""
