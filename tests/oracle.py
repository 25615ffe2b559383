"""What an answer has to be, in plain Python over the records: a claim at a time, and nothing
of SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import IntEnum
from math import inf
from typing import Any, NamedTuple, Protocol

import msgspec
from rapidfuzz.distance import OSA

from factcli import dates, quantity
from factcli.agreement import Label, Value, label, worst
from factcli.model import TABLES, Actor, Claim, Question, Source
from factcli.query import ANY, HIDDEN_STATUSES, Query
from factcli.spans import Span, Spans, overlaps, union, within
from factcli.text import fold

Tables = Mapping[str, Mapping[str, Any]]
_TERM = re.compile(r'(-)?(?:"([^"]*)"?|([^\s"]+))')


class Match(IntEnum):
    """How surely something meets a condition; `min` combines with *and*, `max` with *or*."""

    NO = 0
    POSSIBLE = 1
    CERTAIN = 2


_YES = {True: Match.CERTAIN, False: Match.NO}


class Figure(Protocol):
    """What is compared: see `factcli.model.Quantity`."""

    @property
    def amount(self) -> str: ...
    @property
    def upper(self) -> str | None: ...
    @property
    def bound(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def currency(self) -> str | None: ...


def meets(span: Span, qualified: bool, condition: Spans) -> Match:
    """Compare a span with a condition.

    *Certain* when the whole span lies in the condition and nothing qualifies it ("about", ``~``,
    ``?``); *possible* when some of it does.
    """
    if not qualified and any(within(span, part) for part in condition):
        return Match.CERTAIN
    if any(overlaps(span, part) for part in condition):
        return Match.POSSIBLE
    return Match.NO


def date_match(date: str | None, condition: Spans) -> Match:
    """How a date meets a condition; no date never does."""
    if date is None:
        return Match.NO
    read = dates.parse(date)
    return meets(read.span, read.qualified, condition)


def figure_span(figure: Figure) -> Span:
    """The numbers that a figure allows."""
    return quantity.span(figure.bound, figure.amount, figure.upper)


def figure_match(figure: Figure | None, conditions: tuple[quantity.Condition, ...]) -> Match:
    """How a figure meets a condition; no figure never does."""
    if figure is None:
        return Match.NO
    names = {figure.unit.casefold(), (figure.currency or figure.unit).casefold()}
    allowed = union(c.allowed for c in conditions if c.unit is None or c.unit in names)
    return meets(figure_span(figure), figure.bound == "about", allowed)


class Condition(NamedTuple):
    """A filter: how a claim meets it, and what a claim lacks that cannot be compared with it."""

    name: str
    test: Callable[[Claim], Match]
    lack: Callable[[Claim], str | None] = lambda claim: None


class Found(NamedTuple):
    """The answer to a query: ids in time order, those that match for certain, what is left out."""

    ids: list[str]
    certain: set[str]
    left_out: dict[str, int]


class Oracle:
    """The records of a store, from the documents of its file (TinyDB's layout)."""

    def __init__(self, tables: Tables) -> None:
        def records(name: str) -> list[Any]:
            found = sorted(tables.get(name, {}).items(), key=lambda item: int(item[0]))
            return [msgspec.convert(document, TABLES[name]) for _, document in found]

        self.claims: list[Claim] = records("claims")
        self.actors: dict[str, Actor] = {one.id: one for one in records("actors")}
        self.sources: dict[str, Source] = {one.id: one for one in records("sources")}
        self.questions: dict[str, Question] = {one.id: one for one in records("questions")}

    def find(self, query: Query) -> Found:
        """Compare every claim with every filter."""
        conditions = [*self.conditions(query), *self._words(query.search)]
        found: list[tuple[Any, str]] = []
        certain: set[str] = set()
        left_out: dict[str, int] = {}
        for claim in self.claims:
            results = [(one, one.test(claim)) for one in conditions]
            least = min((match for _, match in results), default=Match.CERTAIN)
            if least is Match.NO:
                lacks = [one.lack(claim) for one, match in results if match is Match.NO]
                if all(lacks):
                    reason = " and ".join(filter(None, lacks))
                    left_out[reason] = left_out.get(reason, 0) + 1
            elif least is Match.CERTAIN or not query.strict:
                span = dates.parse(claim.date).span if claim.date else (0, 0)
                found.append(((claim.date is None, span), claim.id))
            if least is Match.CERTAIN:
                certain.add(claim.id)
        return Found(
            [ident for _, ident in sorted(found, key=lambda one: one[0])], certain, left_out
        )

    def conditions(self, query: Query) -> list[Condition]:
        """The filters of a query but for free words, in the order in which they are explained."""
        terms = query.terms
        found = [
            *self._wanted(query, "topic", "--topic", lambda claim: claim.topics),
            *self._wanted(query, "actor", "--actor", _everyone, self.same),
            *self._wanted(query, "said_by", "--said-by", lambda claim: [claim.origin], self.same),
            *self._wanted(
                query, "with_group", "--with", lambda claim: [claim.origin], self.members
            ),
            *self._wanted(query, "source", "--source", lambda claim: [claim.source]),
            *self._wanted(query, "kind", "--kind", lambda claim: [claim.kind]),
            *self._wanted(query, "polarity", "--polarity", lambda claim: [claim.polarity]),
        ]
        if not query.status:
            test = Condition(
                "status",
                lambda claim: _YES[claim.status not in HIDDEN_STATUSES],
                lambda claim: f"{claim.status} (--status {claim.status})",
            )
            found.append(test)
        found += self._wanted(query, "status", "--status", lambda claim: [claim.status])
        days = [
            *((f"--date {text}", dates.parse_condition(text)) for text in terms("date")),
            *((f"--since {text}", dates.since(text)) for text in terms("since")),
            *((f"--until {text}", dates.until(text)) for text in terms("until")),
        ]
        if days:
            both = dates.both([spans for _, spans in days])
            name = " ".join(name for name, _ in days)
            undated = _lacking("undated", lambda claim: claim.date is None)
            found.append(Condition(name, lambda claim: date_match(claim.date, both), undated))
        found += [self._published(text) for text in terms("as_of")]
        if query.value and not query.quantity_status:
            other = ", not actual (--quantity-status any)"
            test = Condition(
                "--quantity-status actual",
                lambda claim: _YES[_figure_status(claim) == "actual"],
                lambda claim: claim.quantity.status + other if claim.quantity else None,
            )
            found.append(test)
        of_figure = self._wanted(
            query, "quantity_status", "--quantity-status", lambda claim: [_figure_status(claim)]
        )
        values = [(text, quantity.parse_condition(text)) for text in terms("value")]
        return [
            *found,
            *of_figure,
            *(Condition(f"--value {text!r}", _figure_meets(wanted)) for text, wanted in values),
            *(self._contains(text) for text in terms("match")),
        ]

    def why_empty(self, query: Query) -> str:
        """The first filter after which nothing is left, and what there was before it."""
        conditions = [*self.conditions(query), *self._words(query.search)]
        hides = [one for one in conditions if one.name == "status"]
        left = [claim for claim in self.claims if all(one.test(claim) for one in hides)]
        if not left:
            return "the store holds no claims" + " that are not hidden" * bool(hides)
        narrowing: list[str] = []
        for one in (one for one in conditions if one.name != "status"):
            after = [claim for claim in left if one.test(claim)]
            if not after:
                return f"{one.name} leaves none of the {_extent(left, narrowing)}"
            narrowing += [one.name] * (len(after) < len(left))
            left = after
        return f"--strict leaves none of the {_extent(left, narrowing)}, which match only possibly"

    def same(self, actor: str) -> set[str]:
        """An actor, and those recorded as being the same, on either's record."""
        listed = {one.id for one in self.actors.values() if actor in one.same_as}
        return {actor, *listed, *(self.actors[actor].same_as if actor in self.actors else ())}

    def members(self, group: str) -> set[str]:
        """A group, and everyone affiliated with it, directly or through another group."""
        found, size = self.same(group), 0
        while size < len(found):
            size = len(found)
            found |= {one.id for one in self.actors.values() if found & {*one.affiliation}}
        return found

    def rivals(self, claim: Claim) -> list[tuple[Claim, Label]]:
        """The rivals of a claim: other answers in the order of the store, then curated ones."""
        opposed = {other.id: other for other in self._opposed(claim)}
        asked = self.questions[claim.question] if claim.question else None
        found: list[tuple[Claim, Label]] = []
        for other in self.claims if asked else ():
            if other.question != claim.question or other.id == claim.id or _is_hidden(other):
                continue
            mine, theirs = _value(claim, asked), _value(other, asked)
            if opposed.pop(other.id, None):
                found.append((other, "conflicts"))
            elif mine and theirs:
                found.append((other, label(mine, theirs)))
        return found + [(other, "conflicts") for other in opposed.values()]

    def record(self, claim: Claim, match: str = "certain") -> dict[str, Any]:
        """The record of a claim as its JSON has it."""
        rivals = self.rivals(claim)
        supporting = [claim, *(other for other, found in rivals if found in ("agrees", "refines"))]
        origins = {frozenset(self.same(one.origin)) for one in supporting if one.origin}
        unnamed = {one.source for one in supporting if not one.origin}
        earliest, latest = dates.bounds(claim.date)
        source = self.sources[claim.source]
        compared = bool(claim.question or rivals)
        plain = msgspec.to_builtins(claim)
        return {
            **{name: plain[name] for name in ("id", "statement", "kind", "polarity", "topics")},
            "question": claim.question,
            "actors": [self._part(part.id) | {"role": part.role} for part in claim.actors],
            **{name: plain[name] for name in ("date", "date_text", "date_basis")},
            "date_earliest": earliest,
            "date_latest": latest,
            "quantity": plain["quantity"],
            "said_by": self._named(claim.origin) if claim.origin else None,
            "attribution": [
                {
                    "actor": hop.actor,
                    "name": self.actors[hop.actor].name if hop.actor else None,
                    "mode": hop.mode,
                    "setting": hop.setting,
                    "date": hop.date,
                }
                for hop in claim.attribution
            ],
            "source": {
                "id": source.id,
                "type": source.type,
                "title": source.title,
                "outlet": source.container_title,
                "author": source.author,
                "issued": source.issued,
                "URL": source.url,
            },
            "locator": plain["locator"],
            "relations": plain["relations"],
            "rivals": [{"id": other.id, "agreement": found} for other, found in rivals],
            "corroboration": {"origins": len(origins), "unnamed": len(unnamed)},
            "status": claim.status,
            "status_reason": claim.status_reason,
            "agreement": worst(found for _, found in rivals) if compared else None,
            "match": match,
            "note": claim.note,
        }

    def corrections(self, text: str) -> dict[str, tuple[str, ...]]:
        """The words of a search that no claim holds, with the nearest that one does."""
        return {
            " ".join(words): near
            for words, is_prefix, is_absent in _terms(text)
            if (near := self._near(words, is_prefix, is_absent))
        }

    def _named(self, ident: str) -> dict[str, Any]:
        return {"id": ident, "name": self.actors[ident].name}

    def _part(self, ident: str) -> dict[str, Any]:
        return self._named(ident) | {"kind": self.actors[ident].kind}

    def _opposed(self, claim: Claim) -> Iterable[Claim]:
        shown = {one.id: one for one in self.claims if not _is_hidden(one)}
        if claim.id in shown:
            for one in shown.values():
                for target in (r.target for r in one.relations if r.type == "contradicts"):
                    if one.id == claim.id and target in shown:
                        yield shown[target]
                    elif target == claim.id:
                        yield one

    @staticmethod
    def _wanted(
        query: Query,
        field: str,
        option: str,
        values: Callable[[Claim], Iterable[str | None]],
        widen: Callable[[str], set[str]] = lambda ident: {ident},
    ) -> Iterable[Condition]:
        for text in query.terms(field):
            if text == ANY and field.endswith("status"):
                continue
            wanted = {one for part in text.split(",") for one in widen(part.strip())}
            yield Condition(f"{option} {text}", _has_any(wanted, values))

    def _published(self, text: str) -> Condition:
        days = dates.until(text)
        return Condition(
            f"--as-of {text}",
            lambda claim: date_match(self.sources[claim.source].issued, days),
            _lacking(
                "of unknown publication date",
                lambda claim: self.sources[claim.source].issued is None,
            ),
        )

    def _fields(self, claim: Claim) -> tuple[str, str, str]:
        people = [self.actors[part.id] for part in claim.actors]
        names = [fold(" ".join((one.name, *one.aliases))) for one in people]
        figure = claim.quantity.text if claim.quantity else None
        notes = [claim.note, claim.date_text, figure]
        return fold(claim.statement), " ".join(names), fold(" ".join(filter(None, notes)))

    def _contains(self, text: str) -> Condition:
        wanted = [fold(part) for part in text.split(",")]
        return Condition(
            f"--match {text}",
            lambda claim: _YES[
                any(part in field for part in wanted for field in self._fields(claim))
            ],
        )

    def _words(self, text: str) -> Iterable[Condition]:
        if not text:
            return
        wanted: list[Any] = []
        unwanted: list[Any] = []
        for words, is_prefix, is_absent in _terms(text):
            near = self._near(words, is_prefix, is_absent)
            group: list[tuple[tuple[str, ...], bool]] = [((word,), False) for word in near]
            group = group or [(tuple(words), is_prefix)]
            (unwanted if is_absent else wanted).append(group)

        def test(claim: Claim) -> Match:
            def holds(group: Iterable[tuple[Sequence[str], bool]]) -> bool:
                return any(_is_in(claim_words, *one) for one in group for claim_words in fields)

            fields = [field.split() for field in self._fields(claim)]
            return _YES[all(map(holds, wanted)) and not any(map(holds, unwanted))]

        yield Condition(f"the words {text}", test)

    def _near(self, words: Sequence[str], is_prefix: bool, is_absent: bool) -> tuple[str, ...]:
        known = [field.split() for claim in self.claims for field in self._fields(claim)]
        wanted = " ".join(words)
        if not is_prefix or is_absent or len(wanted) < 4:
            return ()
        if any(_is_in(field, words, is_prefix) for field in known):
            return ()
        slips = {word: OSA.distance(wanted, word) for field in known for word in field}
        least = min(slips.values(), default=9)
        most = 2 if len(wanted) >= 8 else 1
        return tuple(sorted(word for word in slips if slips[word] == least <= most))


def _terms(text: str) -> list[tuple[list[str], bool, bool]]:
    """The words of each term, whether the last is a beginning, and whether they must be absent."""
    found = (
        (fold(phrase or word), bool(word), bool(no)) for no, phrase, word in _TERM.findall(text)
    )
    return [(words.split(), is_prefix, is_absent) for words, is_prefix, is_absent in found if words]


def _is_in(field: Sequence[str], words: Sequence[str], is_prefix: bool) -> bool:
    *whole, last = words
    for at in range(len(field) - len(whole)):
        after = field[at + len(whole)]
        if field[at : at + len(whole)] == whole and (
            after.startswith(last) if is_prefix else after == last
        ):
            return True
    return False


def _has_any(
    wanted: set[str], values: Callable[[Claim], Iterable[str | None]]
) -> Callable[[Claim], Match]:
    return lambda claim: _YES[not wanted.isdisjoint(values(claim))]


def _lacking(reason: str, test: Callable[[Claim], bool]) -> Callable[[Claim], str | None]:
    return lambda claim: reason if test(claim) else None


def _everyone(claim: Claim) -> list[str | None]:
    return [*(part.id for part in claim.actors), *(hop.actor for hop in claim.attribution)]


def _figure_status(claim: Claim) -> str | None:
    return claim.quantity.status if claim.quantity else None


def _figure_meets(wanted: tuple[quantity.Condition, ...]) -> Callable[[Claim], Match]:
    return lambda claim: figure_match(claim.quantity, wanted)


def _is_hidden(claim: Claim) -> bool:
    return claim.status in HIDDEN_STATUSES


def _value(claim: Claim, question: Question | None) -> Value | None:
    if question is None or question.unit is None:
        return None
    if question.unit == "date":
        if claim.date is None:
            return None
        read = dates.parse(claim.date)
        return Value(
            read.span, read.qualified, all(abs(end) != float("inf") for end in read.span), "date"
        )
    if claim.quantity is None:
        return None
    span = figure_span(claim.quantity)
    bounded = span[0] != quantity.LOWEST and span[1] != quantity.HIGHEST
    measure = claim.quantity.currency or claim.quantity.unit
    return Value(span, claim.quantity.bound == "about", bounded, measure)


def _extent(claims: list[Claim], narrowing: list[str]) -> str:
    spans = [dates.parse(claim.date).span for claim in claims if claim.date]
    days = [day for first, last in spans for day in (first, last - 1) if abs(day) != inf]
    dated = f" (dated {dates.day_text(min(days))} to {dates.day_text(max(days))})" if days else ""
    number = f"{len(claims)} claim{'s' if len(claims) != 1 else ''}"
    return f"{number} that match {' '.join(narrowing)}{dated}" if narrowing else number + dated
