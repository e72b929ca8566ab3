"""x."""

import click


@click.command()
def trial() -> None:
    """X."""
