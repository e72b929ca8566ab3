"""The log: to standard error, a line each; it never carries a person's identifier."""

import logging

from provisioning.masking import masked


class Masking(logging.Formatter):
    """Takes out of every line, tracebacks included, what looks like a UPN, a username or an e-mail address.

    Our own lines carry none; but a database or a library may quote what it was given.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line without identifiers."""
        return masked(super().format(record))


def configure() -> None:
    """Log what operators need, and of the libraries only what went wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(Masking("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for ours in ("bot", "diagnostics", "provisioning", "knowledge"):
        logging.getLogger(ours).setLevel(logging.INFO)
