"""The declared topics, actors, sources and questions of a store, found by id, name or alias."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache

from factcli.errors import UsageError
from factcli.model import Actor, Question, Source, Topic
from factcli.text import fold, nearest

_KEPT = 16384


class Vocabulary:
    """What claims may refer to, by id; each table is read when first asked for. An id stands for itself; a name is compared folded: no case,
    diacritics or apostrophes."""

    def __init__(
        self,
        topics: Callable[[], Mapping[str, Topic]],
        actors: Callable[[], Mapping[str, Actor]],
        sources: Callable[[], Mapping[str, Source]],
        questions: Callable[[], Mapping[str, Question]],
        same: Callable[[], Mapping[str, frozenset[str]]] | None = None,
    ) -> None:
        self._read = topics, actors, sources, questions
        self.folded_names = lru_cache(_KEPT)(self._folded_names)
        self._read_same = same or (lambda: same_actors(self.actors.values()))

    @cached_property
    def topics(self) -> Mapping[str, Topic]:
        return self._read[0]()

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        return self._read[1]()

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return self._read[2]()

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        return self._read[3]()

    @cached_property
    def _same(self) -> Mapping[str, frozenset[str]]:
        return self._read_same()

    def topic(self, text: str) -> str:
        """The id of the topic that a text names.

        Raises:
            UsageError: when it names none, with the nearest ones. So do the methods below.
        """
        return text if text in self.topics else _one("topic", text, self.topic_names)

    def source(self, text: str) -> str:
        return text if text in self.sources else _one("source", text, self.source_names)

    def question(self, text: str) -> str:
        return text if text in self.questions else _one("question", text, self.question_names)

    def actor(self, text: str) -> str:
        return text if text in self.actors else _one("actor", text, self.actor_names)

    def same(self, actor: str) -> frozenset[str]:
        """An actor and those recorded as being the same."""
        return self._same.get(actor, frozenset((actor,)))

    def members(self, group: str) -> frozenset[str]:
        """A group and everyone affiliated with it, directly or through another group."""
        found = set(self.same(group))
        while more := {a.id for a in self.actors.values() if a.id not in found and found.intersection(a.affiliation)}:
            found |= more
        return frozenset(found)

    def _folded_names(self, actor: str) -> str:
        """Every name of an actor, as they are searched."""
        person = self.actors[actor]
        return fold(" ".join((person.name, *person.aliases)))

    def name(self, actor: str | None) -> str | None:
        return None if actor is None else self.actors[actor].name

    @cached_property
    def topic_names(self) -> dict[str, dict[str, str]]:
        return _names((t.id, (t.id, t.title)) for t in self.topics.values())

    @cached_property
    def source_names(self) -> dict[str, dict[str, str]]:
        return _names((s.id, (s.id, s.title or "", s.container_title or "")) for s in self.sources.values())

    @cached_property
    def question_names(self) -> dict[str, dict[str, str]]:
        return _names((q.id, (q.id, q.text)) for q in self.questions.values())

    @cached_property
    def actor_names(self) -> dict[str, dict[str, str]]:
        return _names((a.id, (a.id, a.name, *a.aliases)) for a in self.actors.values())


def same_actors(actors: Iterable[Actor]) -> dict[str, frozenset[str]]:
    """Those who are recorded as the same as somebody, on either's record."""
    found: dict[str, set[str]] = {}
    for actor in actors:
        for other in actor.same_as:
            found.setdefault(actor.id, {actor.id}).add(other)
            found.setdefault(other, {other}).add(actor.id)
    return {actor: frozenset(others) for actor, others in found.items()}


Names = Mapping[str, Mapping[str, str]]
"""A folded name to the ids that bear it, each with the name as written."""


def _names(entries: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, dict[str, str]]:
    names: dict[str, dict[str, str]] = {}
    for ident, written in entries:
        for name in written:
            if folded := fold(name):
                names.setdefault(folded, {}).setdefault(ident, name)
    return names


def _one(what: str, text: str, names: Names) -> str:
    """The only id whose name is the text, or else holds all its words."""
    wanted = fold(text)
    found = set(names.get(wanted, ()))
    if not found and wanted:
        words = set(wanted.split())
        found = {ident for name, ids in names.items() if words <= set(name.split()) for ident in ids}
    if len(found) == 1:
        return found.pop()
    if found:
        raise UsageError(f"{text!r} names more than one {what}: say which, {' or '.join(sorted(found))}")
    bearers = {name: ident for ids in names.values() for ident, name in ids.items()}
    near = {bearers[name]: name for name in reversed(nearest(text, bearers, count=9))}  # the nearest name of each
    meant = " or ".join(repr(name) for name in list(reversed(near.values()))[:3])
    raise UsageError(
        f"no {what} {text!r} in this store.{f' Did you mean {meant}?' if meant else f' See `factcli {what}s` for all.'}"
    )
