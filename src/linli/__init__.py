"""Linli 邻里: survey, assess, improve and follow up complete communities."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("linli")
