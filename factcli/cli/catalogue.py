"""The fixed commands: where each lives, the panel of the help that it stands in, and its summary
there."""

from __future__ import annotations


class Entry:
    """Where a command lives (module and function), and its panel and summary in the help."""

    __slots__ = ("function", "module", "panel", "summary")

    def __init__(self, module: str, function: str, panel: str, summary: str) -> None:
        self.module, self.function, self.panel, self.summary = module, function, panel, summary


LOOKUP, DISAGREEMENT, RECORDS = "Look up", "Where sources disagree", "Know the store"
PROOF, CURATE, TOPICS = "Prove and check", "Curate", "Topics of this store"

COMMANDS = {
    "list": Entry("listing", "list_claims", LOOKUP, "Every claim that meets all filters given."),
    "topic": Entry("listing", "topic", LOOKUP, "The claims on a topic."),
    "actor": Entry("listing", "actor", LOOKUP, "The claims that name somebody, in any role."),
    "date": Entry(
        "listing", "date", LOOKUP, "What happened on a day, in a month, a year or a range."
    ),
    "search": Entry(
        "listing", "search", LOOKUP, "Free text over statements, names and notes, best first."
    ),
    "timeline": Entry("timeline", "timeline", LOOKUP, "Claims in time order, drawn along an axis."),
    "show": Entry(
        "showing", "show", LOOKUP, "Whole records: the chain, the source, the rivals, the note."
    ),
    "batch": Entry(
        "batching",
        "batch",
        LOOKUP,
        "Answer many queries: one JSON object a line in, one JSON object a line out.",
    ),
    "compare": Entry(
        "disagreement", "compare", DISAGREEMENT, "Rival answers to a question, side by side."
    ),
    "conflicts": Entry(
        "disagreement", "conflicts", DISAGREEMENT, "Every point on which sources disagree."
    ),
    "total": Entry(
        "disagreement",
        "total",
        DISAGREEMENT,
        "A declared series added up, for each source by itself.",
    ),
    "topics": Entry("vocabulary", "topics", RECORDS, "The topics, each a command of its own."),
    "actors": Entry(
        "vocabulary", "actors", RECORDS, "Everyone the claims name, with their spellings."
    ),
    "sources": Entry(
        "vocabulary", "sources", RECORDS, "The published texts, when and where they appeared."
    ),
    "questions": Entry(
        "vocabulary", "questions", RECORDS, "What rival claims answer, and whether they agree."
    ),
    "schema": Entry("vocabulary", "schema", RECORDS, "The JSON Schema of what the commands print."),
    "index": Entry(
        "indexing",
        "index",
        RECORDS,
        "The cache that makes a large store fast: where it is, how large, and whether it is fresh.",
    ),
    "verify": Entry(
        "proof", "verify", PROOF, "Compare every claim with the archived text of its source."
    ),
    "check": Entry("proof", "check", PROOF, "Check the store against the rules of a good one."),
    "init": Entry("revising", "init", CURATE, "Make a store of your own, empty but for its title."),
    "add": Entry(
        "curate",
        "add",
        CURATE,
        "Add a claim: asked for on a terminal, else JSON from standard input.",
    ),
    "set": Entry("curate", "set_fields", CURATE, "Set fields of a claim."),
    "edit": Entry("revising", "edit", CURATE, "Edit a claim as JSON in $VISUAL or $EDITOR."),
    "retract": Entry(
        "curate",
        "retract",
        CURATE,
        "Retract a claim: it stays in the store, and is shown only when asked for. Say --why.",
    ),
    "supersede": Entry(
        "curate",
        "supersede",
        CURATE,
        "Replace a claim by another; the old one stays in the store, hidden.",
    ),
    "relate": Entry(
        "curate",
        "relate",
        CURATE,
        "Relate a claim to another, where no arithmetic shows how they compare.",
    ),
    "import": Entry(
        "revising", "import_file", CURATE, "Add records from a file, all of them or none."
    ),
    "log": Entry(
        "revising", "log", CURATE, "What was changed by factcli: when, by whom, what and why."
    ),
    "undo": Entry(
        "revising",
        "undo",
        CURATE,
        "Take back the last writing command, or everything from an entry of the log on.",
    ),
    "diff": Entry(
        "revising",
        "diff",
        CURATE,
        "How another store differs from the one in use, by record, whatever the order and layout.",
    ),
    "topic add": Entry(
        "edit_vocabulary", "topic_add", CURATE, "Declare a topic: JSON from standard input."
    ),
    "topic set": Entry("edit_vocabulary", "topic_set", CURATE, "Set fields of a topic."),
    "actor add": Entry(
        "edit_vocabulary", "actor_add", CURATE, "Declare an actor: JSON from standard input."
    ),
    "actor set": Entry("edit_vocabulary", "actor_set", CURATE, "Set fields of an actor."),
    "actor alias": Entry(
        "edit_vocabulary", "actor_alias", CURATE, "Give an actor more names to be found by."
    ),
    "actor merge": Entry(
        "edit_vocabulary",
        "actor_merge",
        CURATE,
        "Make two actors one: what refers to the first refers to the second.",
    ),
    "source add": Entry(
        "edit_vocabulary",
        "source_add",
        CURATE,
        "Declare a source: JSON from standard input, in CSL-JSON names.",
    ),
    "source set": Entry("edit_vocabulary", "source_set", CURATE, "Set fields of a source."),
    "question add": Entry(
        "edit_vocabulary", "question_add", CURATE, "Declare a question: JSON from standard input."
    ),
    "question set": Entry("edit_vocabulary", "question_set", CURATE, "Set fields of a question."),
}
