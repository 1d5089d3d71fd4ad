"""Which language a message is in, as far as its words tell.

Every word of a language's files speaks for it, the less the more languages share it. Names of instruments travel
(`clarinette` in a Spanish sentence), so that they speak half as loud. Where words stand together, that may tell, too.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from operator import itemgetter

from app.speech import languages, lexicon

FOREIGN = ""  # None of ours.
LEAST = 0.5
SHARE = 0.25  # Of the words, which must be known to some language.
LEAD = 1.5  # How many times as much as the next one the first must have.
NAME = 0.5  # How much an instrument's name says, where a word says 1.
NUMBER = "#"


def language_of(message: str) -> str | None:
    """One of our languages, or None: too few words tell, they disagree, or they are of a language that we lack."""
    said = [NUMBER if word[0].isdigit() else word for word in lexicon.words(message)]
    spoken = [word for word in said if word.isalpha()]
    pairs = [f"{one} {two}" for one, two in pairwise(said)]
    heard = [_weights()[part] for part in (*spoken, *pairs) if part in _weights()]
    votes: defaultdict[str, float] = defaultdict(float)
    for language, weight in (vote for its in heard for vote in its):
        votes[language] += weight
    ranked = [*sorted(votes.items(), key=itemgetter(1), reverse=True), (FOREIGN, 0.0), (FOREIGN, 0.0)]
    (first, most), (_, next_most) = ranked[:2]
    is_sure = most >= LEAST and most >= LEAD * next_most and len(heard) >= SHARE * len(spoken)
    return first if is_sure and first != FOREIGN else None


@cache
def _weights() -> Mapping[str, tuple[tuple[str, float], ...]]:
    """By word or pair of words: the languages that know it, and how much it says for each."""
    known: dict[str, set[str]] = defaultdict(set)
    for language in languages.known():
        for word in lexicon.words_of(language):
            known[word].add(language)
    for language, pair in _pairs():
        if language != languages.ANY:
            known[pair].add(language)
    said = languages.file(languages.ANY, "language")
    for text in said["foreign"].values():
        for word in lexicon.words(text):
            known[word].add(FOREIGN)
    silent = {word for text in said["alike"]["words"] for word in lexicon.words(text)}
    names = {" ".join(lexicon.words(name)) for _, _, said in languages.meanings("kinds", "kind") for name in said}
    return {
        part: tuple((language, (NAME if part in names else 1) / len(its) ** 2) for language in its)
        for part, its in known.items()
        if part not in silent
    }


def _pairs() -> Iterator[tuple[str, str]]:
    """Words that tell by standing together, each with its language: `piano digital`, and `del` before a number."""
    for language, _, names in languages.meanings("kinds", "kind"):
        yield from ((language, name) for name in map(" ".join, map(lexicon.words, names)) if name.count(" ") == 1)
    for language, meaning, phrases in languages.meanings("days", "say"):
        if meaning == "from":
            yield from ((language, f"{' '.join(lexicon.words(said))} {NUMBER}") for said in phrases)
