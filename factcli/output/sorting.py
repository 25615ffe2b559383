"""Rows in the order of their fields; long answers are sorted on disk, not in memory."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from factcli.output.fields import sort_key

_MANY = 5000
"""Rows from which the order is worked out on disk, where rows can be read again."""


def ordered(records: Sequence[Any], paths: Sequence[str]) -> Sequence[Any]:
    """Records by the fields at some paths, the first counting most; equal ones stay as they are."""
    sorted_by = getattr(records, "sorted_by", None)
    if sorted_by is None or len(records) < _MANY:
        keyed = [(_keys(record, paths), record) for record in records]
        keyed.sort(key=lambda pair: pair[0])
        return [record for _, record in keyed]
    keys = (_flat(_keys(record, paths)) for record in records)
    found: Sequence[Any] = sorted_by(keys, 2 * len(paths))
    return found


def _keys(record: Any, paths: Sequence[str]) -> list[tuple[int, Any]]:
    plain = msgspec.to_builtins(record)
    return [sort_key(plain, path) for path in paths]


def _flat(keys: Sequence[tuple[int, Any]]) -> list[Any]:
    return [part for rank, value in keys for part in (rank, number_text(value) if rank == 0 else value)]


def number_text(number: Decimal) -> str:
    """A number as text that sorts as the number does: sign, magnitude, digits; of negative ones the complements."""
    if not number:
        return "1"
    _, digits, _ = number.as_tuple()
    text = f"{number.adjusted() + 500_000:07d}{''.join(map(str, digits)).rstrip('0')}"
    if number > 0:
        return f"2{text}"
    return f"0{text.translate(_COMPLEMENT)}~"


_COMPLEMENT = str.maketrans("0123456789", "9876543210")
