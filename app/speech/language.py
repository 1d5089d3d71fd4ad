"""Which language a message is in, as far as its words tell.

Every word of a language's files speaks for it, the less the more languages share it.
"""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from operator import itemgetter

from app.speech import languages, lexicon

FOREIGN = ""  # None of ours.
LEAST = 0.5
SHARE = 0.25  # Of the words, which must be known to some language.
LEAD = 1.5  # How many times as much as the next one the first must have.


def language_of(message: str) -> str | None:
    """One of our languages, or None: too few words tell, they disagree, or they are of a language that we lack."""
    spoken = [word for word in lexicon.words(message) if word.isalpha()]
    heard = [_weights()[word] for word in spoken if word in _weights()]
    votes: defaultdict[str, float] = defaultdict(float)
    for language, weight in (vote for its in heard for vote in its):
        votes[language] += weight
    ranked = [*sorted(votes.items(), key=itemgetter(1), reverse=True), (FOREIGN, 0.0), (FOREIGN, 0.0)]
    (first, most), (_, next_most) = ranked[:2]
    is_sure = most >= LEAST and most >= LEAD * next_most and len(heard) >= SHARE * len(spoken)
    return first if is_sure and first != FOREIGN else None


@cache
def _weights() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """By word: the languages that know it, and how much it says for each."""
    known: dict[str, set[str]] = defaultdict(set)
    for language in languages.known():
        for word in lexicon.words_of(language):
            known[word].add(language)
    said = languages.file(languages.ANY, "language")
    for text in said["foreign"].values():
        for word in lexicon.words(text):
            known[word].add(FOREIGN)
    silent = {word for text in said["alike"]["words"] for word in lexicon.words(text)}
    return {
        word: tuple((language, 1 / len(its) ** 2) for language in its)
        for word, its in known.items()
        if word not in silent
    }
