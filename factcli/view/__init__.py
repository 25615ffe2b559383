"""Records and rows as they are shown; their fields are the JSON contract."""

from factcli.view.record import Record, RecordHop, RecordSource, Standing, View, standing
from factcli.view.shown import SCHEMA_VERSION, Shown

__all__ = ["SCHEMA_VERSION", "Record", "RecordHop", "RecordSource", "Shown", "Standing", "View", "standing"]
