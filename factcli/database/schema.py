"""The tables of the database, and the numbers that stand for infinity in them."""

from __future__ import annotations

VERSION = 14
"""A cache of another version is made again."""

OPEN = 4 * 10**15
"""Infinity among days (`factcli.dates`)."""
UNDATED = 5 * 10**15
"""Both ends of no date, so that undated claims come last."""


def day(number: float) -> int:
    """A day number as the database has it."""
    return int(min(max(number, -OPEN), OPEN))


TABLES = """
CREATE TABLE snapshot (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE line (kind TEXT, number INTEGER, checksum BLOB NOT NULL,
  PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE declared (kind TEXT, number INTEGER, id TEXT, json TEXT NOT NULL,
  checksum INTEGER NOT NULL,  PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE name (kind TEXT, folded TEXT, id TEXT, written TEXT NOT NULL,
  PRIMARY KEY (kind, folded, id)) WITHOUT ROWID;
CREATE TABLE publication (source TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL,
  approximate INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE same_actor (id TEXT, other TEXT, PRIMARY KEY (id, other)) WITHOUT ROWID;
CREATE TABLE affiliation (member TEXT, organisation TEXT,
  PRIMARY KEY (organisation, member)) WITHOUT ROWID;
CREATE TABLE claim (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL, hidden INTEGER NOT NULL,
  first INTEGER NOT NULL, last INTEGER NOT NULL,
  approximate INTEGER NOT NULL, status TEXT NOT NULL, kind TEXT NOT NULL, polarity TEXT NOT NULL,
  origin TEXT, source TEXT NOT NULL, question TEXT,
  low TEXT, high TEXT, about INTEGER, quantity_status TEXT, unit TEXT, currency TEXT, measure TEXT,
  agreement TEXT, checksum INTEGER NOT NULL, description TEXT NOT NULL, standing TEXT NOT NULL,
  state TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE claim_text (n INTEGER PRIMARY KEY,
  statement TEXT NOT NULL, names TEXT NOT NULL, notes TEXT NOT NULL);
CREATE TABLE claim_topic (topic TEXT, hidden INTEGER, first INTEGER, last INTEGER, n INTEGER,
  approximate INTEGER, status TEXT, PRIMARY KEY (topic, hidden, first, last, n)) WITHOUT ROWID;
CREATE TABLE claim_actor (actor TEXT, hidden INTEGER, first INTEGER, last INTEGER, n INTEGER,
  approximate INTEGER, status TEXT, PRIMARY KEY (actor, hidden, first, last, n)) WITHOUT ROWID;
CREATE TABLE contradiction (n INTEGER, position INTEGER, target TEXT,
  PRIMARY KEY (n, position)) WITHOUT ROWID;
CREATE TABLE log (number INTEGER PRIMARY KEY, at TEXT, kind TEXT, id TEXT, json TEXT NOT NULL,
  checksum INTEGER NOT NULL);
"""
"""`kind` is the table of the store. `declared` holds every record but claims and the log, `line`
a checksum of every record's line. A claim's `n` is its record number; it is `hidden` when it is
retracted or superseded. `first` is its earliest day,
`last` the day after its latest; `low` and `high` are cuts (`factcli.quantity`) as sortable text.
A record's `checksum` is of its stored parts (`factcli.record.compose`).
"""

DECLARED_INDEX = "CREATE UNIQUE INDEX declared_by_id ON declared (kind, id)"
"""Made before the claims are read, each of which looks up what it names."""

INDEXES = """
CREATE UNIQUE INDEX claim_by_id ON claim (id);
CREATE INDEX claim_by_time ON claim (first, last, n, hidden, approximate, status);
CREATE INDEX claim_by_source ON claim (source, first, last, n, hidden);
CREATE INDEX claim_by_origin ON claim (origin, first, last, n);
CREATE INDEX claim_by_question ON claim (question, n) WHERE question IS NOT NULL;
CREATE INDEX claim_by_figure ON claim (low, high, n) WHERE low IS NOT NULL;
CREATE INDEX contradiction_by_target ON contradiction (target, n);
CREATE INDEX log_by_record ON log (kind, id, number)
"""
"""Made when the tables are filled, which is quicker."""
