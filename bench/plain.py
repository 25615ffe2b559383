"""The obvious program: Typer, Rich and TinyDB as they come, for `bench/startup.py` to hold
factcli against."""

import json
import os
from typing import Optional  # as the tutorials have it

import typer
from rich.console import Console
from rich.table import Table
from tinydb import TinyDB

app = typer.Typer()


@app.command()
def deployments(actor: Optional[str] = None, table: bool = False) -> None:  # noqa: UP045  # as the tutorials have it
    """The claims on deployments."""
    store = TinyDB(os.environ["STORE"], access_mode="r")
    found = [
        dict(c)
        for c in store.table("claims")
        if "deployments" in c["topics"] and (not actor or actor in [a["id"] for a in c["actors"]])
    ]
    if not table:
        print(json.dumps(found))
        return
    drawn = Table("id", "date", "statement")
    for claim in found:
        drawn.add_row(claim["id"], claim["date"] or "", claim["statement"])
    Console().print(drawn)


@app.command()
def actors() -> None:
    """The actors."""
    print(
        json.dumps(
            [dict(actor) for actor in TinyDB(os.environ["STORE"], access_mode="r").table("actors")]
        )
    )


if __name__ == "__main__":
    app()
