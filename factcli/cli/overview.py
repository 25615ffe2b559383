"""What bare ``factcli`` answers: the store at a glance."""

from __future__ import annotations

import os

from factcli.cli.session import Session
from factcli.rows import vocabulary


def overview(run: Session) -> None:
    """The store's title, counts, topics and three examples: JSON in a pipe, prose on a terminal."""
    from factcli.output.sink import output_encoding, standard_output

    store = run.store
    meta, topics = store.meta, list(vocabulary.topic_rows(store))
    counts = {
        "claims": store.size,
        "sources": len(store.sources),
        "actors": len(store.actors),
        "questions": len(store.questions),
    }
    examples = [f"factcli {topic.id}" for topic in topics[:1]] + [
        "factcli search WORDS",
        "factcli show ID",
    ]
    if os.isatty(1):
        from factcli.output.page import draw_overview

        with standard_output(output_encoding()) as stream:
            draw_overview(meta, counts, topics, examples, stream, color=not run.no_color)
        return
    from factcli.encoding import encode

    shown = {
        "title": meta.title,
        "about": meta.about,
        "store": str(store.path),
        "counts": counts,
        "topics": topics,
    }
    with standard_output() as stream:
        stream.write(f"{encode(shown)}\n")
