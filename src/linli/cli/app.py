"""The root of the command line: `linli`."""

import typer

__all__ = ["main"]

main = typer.Typer(name="linli", no_args_is_help=True)
