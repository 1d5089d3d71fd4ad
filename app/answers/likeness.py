"""How like a text is to the examples of each of several things: naive Bayes over words, their pieces and their pairs.

Why this and no search engine's formula: docs/decisions/0027.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from app.speech import lexicon

PIECE = 4  # Letters: long enough to mean something, short enough to be shared by the forms of a word.
UNSEEN = 0.05  # As often as this a feature is taken to occur where no example has it.
KIND, DAY, NUMBER = "<kind>", "<day>", "<number>"  # What stands for any instrument, any day, any number.


class Likeness:
    """Built once from examples; then asked for one text after the other."""

    def __init__(self, examples: Iterable[tuple[str, Sequence[str]]]):
        """`examples` are pairs of a name and the words of one example; a name has many."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for name, words in examples:
            counts[name].update(features(words))
        all_features = {feature for counted in counts.values() for feature in counted}
        totals = {name: counted.total() + UNSEEN * len(all_features) for name, counted in counts.items()}
        self._unseen = {name: math.log(UNSEEN / total) for name, total in totals.items()}
        self._gains: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for name, counted in counts.items():
            for feature, times in counted.items():
                self._gains[feature].append((name, math.log((times + UNSEEN) / UNSEEN)))

    def to(self, words: Sequence[str], rest: str) -> dict[str, float]:
        """By name: how much liker the text is to its examples than to those named `rest`.

        The logarithm of how many times, divided by the root of how many features tell: a long text is not surer.
        """
        told = {feature for feature in features(words) if feature in self._gains}
        scores = {name: unseen * len(told) for name, unseen in self._unseen.items()}
        for feature in told:
            for name, gain in self._gains[feature]:
                scores[name] += gain
        least = scores.pop(rest)
        return {name: (score - least) / math.sqrt(len(told)) if told else 0.0 for name, score in scores.items()}


def features(words: Sequence[str]) -> frozenset[str]:
    """What a text is compared by: its words, pieces of the long ones, pairs of neighbours; instruments also by name."""
    said = [word for word in words if word[0].isalnum()]
    signs = [_sign(word) for word in said]
    names = (f"={word}" for word, sign in zip(said, signs, strict=True) if sign == KIND)
    pairs = (f"{one} {other}" for one, other in zip(("^", *signs), (*signs, "$"), strict=True))
    return frozenset((*signs, *names, *pairs, *_pieces(signs)))


def _pieces(signs: Iterable[str]) -> Iterator[str]:
    for sign in signs:
        framed = f"_{sign}_"
        if len(framed) > PIECE and not sign.startswith("<"):
            yield from (framed[place : place + PIECE] for place in range(len(framed) - PIECE + 1))


def _sign(word: str) -> str:
    return NUMBER if word[0].isdigit() else _signs().get(word, word)


@cache
def _signs() -> Mapping[str, str]:
    known, dates = lexicon.load(), lexicon.date_words()
    days = (dates.months, dates.weekdays, dates.units, dates.offsets, dates.seasons)
    kinds = (known.categories, known.players, known.absent)
    return {
        phrase[0]: sign
        for sign, tables in ((DAY, days), (KIND, kinds))
        for table in tables
        for phrase in table
        if len(phrase) == 1
    }
