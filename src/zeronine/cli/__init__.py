"""The command line: arguments only.  Everything heavy is imported inside the commands.

One file a family of commands; each adds its commands to `app`.
"""

from zeronine.cli.app import app, main

__all__ = ["app", "main"]
