"""The fixed commands: the module of each, its summary in the help, and the panel there.

Plain values only: a plain lookup needs this.
"""

from __future__ import annotations

TOPICS = "Topics of this store"
PANELS = {
    "listing": "Look up",
    "batching": "Look up",
    "disagreement": "Where sources disagree",
    "inventory": "Know the store",
    "proof": "Prove and check",
    "curate": "Curate",
    "store": "Curate",
    "edit_vocabulary": "Curate",
}
"""The modules of commands, and the panel of the help for each."""

COMMANDS = {
    "list": ("listing", "Every claim that meets all filters given."),
    "topic": ("listing", "The claims on a topic."),
    "actor": ("listing", "The claims that name somebody, in any role."),
    "date": ("listing", "What happened on a day, in a month, a year or a range."),
    "search": ("listing", "Free text over statements, names and notes, best first."),
    "timeline": ("listing", "Claims in time order, drawn along an axis."),
    "show": ("listing", "Whole records: the chain, the source, the rivals, the note."),
    "batch": (
        "batching",
        "Answer many queries: one JSON object a line in, one JSON object a line out.",
    ),
    "compare": ("disagreement", "Rival answers to a question, side by side."),
    "conflicts": ("disagreement", "Every point on which sources disagree."),
    "total": ("disagreement", "A declared series added up, for each source by itself."),
    "topics": ("inventory", "The topics, each a command of its own."),
    "actors": ("inventory", "Everyone the claims name, with their spellings."),
    "sources": ("inventory", "The published texts, when and where they appeared."),
    "questions": ("inventory", "What rival claims answer, and whether they agree."),
    "schema": ("inventory", "The JSON Schema of what the commands print."),
    "index": (
        "inventory",
        "The cache that makes a large store fast: where it is, how large, and whether it is fresh.",
    ),
    "verify": ("proof", "Compare every claim with the archived text of its source."),
    "check": ("proof", "Check the store against the rules of a good one."),
    "init": ("store", "Make a store of your own, empty but for its title."),
    "add": ("curate", "Add a claim: asked for on a terminal, else JSON from standard input."),
    "set": ("curate", "Set fields of a claim."),
    "edit": ("curate", "Edit a claim as JSON in $VISUAL or $EDITOR."),
    "retract": (
        "curate",
        "Retract a claim: it stays in the store, and is shown only when asked for. Say --why.",
    ),
    "supersede": ("curate", "Replace a claim by another; the old one stays in the store, hidden."),
    "relate": ("curate", "Relate a claim to another, where no arithmetic shows how they compare."),
    "import": ("store", "Add records from a file, all of them or none."),
    "log": ("store", "What was changed by factcli: when, by whom, what and why."),
    "undo": (
        "store",
        "Take back the last writing command, or everything from an entry of the log on.",
    ),
    "diff": (
        "store",
        "How another store differs from the one in use, by record, whatever the order and layout.",
    ),
    "topic add": ("edit_vocabulary", "Declare a topic: JSON from standard input."),
    "topic set": ("edit_vocabulary", "Set fields of a topic."),
    "actor add": ("edit_vocabulary", "Declare an actor: JSON from standard input."),
    "actor set": ("edit_vocabulary", "Set fields of an actor."),
    "actor alias": ("edit_vocabulary", "Give an actor more names to be found by."),
    "actor merge": (
        "edit_vocabulary",
        "Make two actors one: what refers to the first refers to the second.",
    ),
    "source add": (
        "edit_vocabulary",
        "Declare a source: JSON from standard input, in CSL-JSON names.",
    ),
    "source set": ("edit_vocabulary", "Set fields of a source."),
    "question add": ("edit_vocabulary", "Declare a question: JSON from standard input."),
    "question set": ("edit_vocabulary", "Set fields of a question."),
}
"""The commands by name, in the order of the help: the module and the summary of each.

`topic add` is the function `topic_add_command` of its module.
"""
