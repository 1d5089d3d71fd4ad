"""Which language a message is in, as far as its words tell.

Every word of a language's files speaks for it, the less the more languages share it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from operator import itemgetter
from typing import Any

from app.speech import languages, lexicon

FOREIGN = ""  # None of ours.
LEAST = 0.5
LEAD = 1.5  # How many times as much as the next one the first must have.


def language_of(message: str) -> str | None:
    """One of our languages, or None: too few words tell, they disagree, or they are of a language that we lack."""
    votes: defaultdict[str, float] = defaultdict(float)
    for word in lexicon.words(message):
        for language, weight in _weights().get(word, ()):
            votes[language] += weight
    ranked = [*sorted(votes.items(), key=itemgetter(1), reverse=True), (FOREIGN, 0.0), (FOREIGN, 0.0)]
    (first, most), (_, next_most) = ranked[:2]
    return first if first != FOREIGN and most >= LEAST and most >= LEAD * next_most else None


@cache
def _weights() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """By word: the languages that know it, and how much it says for each."""
    known: dict[str, set[str]] = defaultdict(set)
    for language in languages.known():
        for word in _words(languages.everything(language)):
            known[word].add(language)
    said = languages.file(languages.ANY, "language")
    for word in _words(said["foreign"]):
        known[word].add(FOREIGN)
    silent = set(_words(said["alike"]))
    return {
        word: tuple((language, 1 / len(its) ** 2) for language in its)
        for word, its in known.items()
        if word not in silent
    }


def _words(data: Any) -> Iterator[str]:
    """All words in the lists of a file."""
    if isinstance(data, str):
        yield from lexicon.words(data)
    elif isinstance(data, Mapping):
        for part in data.values():
            yield from _words(part)
    elif isinstance(data, list):
        for part in data:
            yield from _words(part)
