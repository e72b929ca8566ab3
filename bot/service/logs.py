"""The log: to standard error, a line each; it never carries a person's identifier."""

import logging

from provisioning.masking import masked

_OURS = ("bot", "diagnostics", "provisioning", "knowledge")


class Masking(logging.Formatter):
    """Takes out of every line, tracebacks included, what looks like a UPN, a username or an e-mail address.

    Our own lines carry none; but a database or a library may quote what it was given.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line without identifiers."""
        return masked(super().format(record))


def is_wanted(line: logging.LogRecord) -> bool:
    """Whether operators need a line: ours, and of the libraries what went wrong.

    Told by the line and not by its logger, for a library may set its own logger's level when it comes up.
    """
    return line.levelno >= logging.WARNING or line.name.split(".")[0] in _OURS


def configure() -> None:
    """Log what operators need."""
    handler = logging.StreamHandler()
    handler.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(is_wanted)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for ours in _OURS:
        logging.getLogger(ours).setLevel(logging.INFO)
