"""The log: to standard error, a line each; it never carries a person's name or identifier."""

import logging


def configure() -> None:
    """Log what operators need, and of the libraries only what went wrong."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for ours in ("bot", "diagnostics", "provisioning", "knowledge"):
        logging.getLogger(ours).setLevel(logging.INFO)
