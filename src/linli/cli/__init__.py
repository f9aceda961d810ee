"""The command line."""

from linli.cli.app import main

__all__ = ["main"]
