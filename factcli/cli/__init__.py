"""The command line: parses arguments, calls the library, and says what went wrong."""

from factcli.cli.main import main

__all__ = ["main"]
