"""The version of this program: what `hwb --version`, the health check, the log and the audit say.

It stands here beside `pyproject.toml`, so that a program that runs from a plain folder says it too.
"""

VERSION = "0.3.0.dev0"
