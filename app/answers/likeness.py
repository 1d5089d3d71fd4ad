"""How like a text is to the examples of each of several things: naive Bayes over words, their pieces and their pairs.

Why this and no search engine's formula: docs/decisions/0027.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from app.speech import lexicon

PIECE = 4  # Letters: long enough to mean something, short enough to be shared by the forms of a word.
UNSEEN = 0.05  # As often as this a feature is taken to occur where no example has it.
NAMED = 2.0  # How much an instrument's name weighs where examples differ by it.
KIND, DAY, NUMBER = "<kind>", "<day>", "<number>"  # What stands for any instrument, any day, any number.


@dataclass(frozen=True)
class Features:
    """What a text is compared by. `signs`: its words, pieces of the long ones, and pairs of neighbours, where one sign
    stands for any instrument. `names`: the instruments, which tell examples apart but make no text a question.
    """

    signs: frozenset[str]
    names: frozenset[str]


class Likeness:
    """Built once from examples; then asked for one text after the other."""

    def __init__(self, examples: Iterable[tuple[str, Sequence[str]]]):
        """`examples` are pairs of a name and the words of one example; a name has many."""
        signs: defaultdict[str, Counter[str]] = defaultdict(Counter)
        names: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for name, words in examples:
            told = features(words)
            signs[name].update(told.signs)
            names[name].update(told.names)
        self._signs, self._names = _Gains(signs), _Gains(names)

    def knows(self, word: str) -> bool:
        """Whether an example begins or ends with this word: else it tells too little alone."""
        return self._signs.know(f"^ {_sign(word)}") or self._signs.know(f"{_sign(word)} $")

    def best(self, words: Sequence[str], rest: str) -> tuple[str, float]:
        """Whose examples the text is most like, and how much liker to them than to the examples named `rest`.

        The logarithm of how many times, divided by the root of how many features tell: a long text is not surer.
        """
        told = features(words)
        scores, known = self._signs.of(told.signs)
        named, _ = self._names.of(told.names)
        least = scores.pop(rest)
        name = max(scores, key=lambda name: scores[name] + NAMED * named[name])
        return name, (scores[name] - least) / math.sqrt(known) if known else 0.0


class _Gains:
    """By feature: for whom it speaks, as logarithms of shares."""

    def __init__(self, counts: Mapping[str, Counter[str]]):
        every = {feature for counted in counts.values() for feature in counted}
        self._unseen = {
            name: math.log(UNSEEN / (counted.total() + UNSEEN * len(every) + 1)) for name, counted in counts.items()
        }
        self._by_feature: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for name, counted in counts.items():
            for feature, times in counted.items():
                self._by_feature[feature].append((name, math.log((times + UNSEEN) / UNSEEN)))

    def know(self, feature: str) -> bool:
        return feature in self._by_feature

    def of(self, told: Iterable[str]) -> tuple[dict[str, float], int]:
        """By name the logarithm of its likelihood, and of how many features."""
        known = [feature for feature in told if feature in self._by_feature]
        scores = {name: unseen * len(known) for name, unseen in self._unseen.items()}
        for feature in known:
            for name, gain in self._by_feature[feature]:
                scores[name] += gain
        return scores, len(known)


def features(words: Sequence[str]) -> Features:
    said = [word for word in words if word[0].isalnum()]
    signs = [_sign(word) for word in said]
    names = frozenset(word for word, sign in zip(said, signs, strict=True) if sign == KIND)
    signs = [sign for sign, _ in groupby(signs)]
    pairs = (f"{one} {other}" for one, other in zip(("^", *signs), (*signs, "$"), strict=True))
    return Features(frozenset((*signs, *pairs, *_pieces(signs))), names)


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
    kinds = (known.categories, known.players, known.absent, known.adjectives)
    everyday = lexicon.everyday_words()
    signs = {phrase[0]: DAY for table in days for phrase in table if len(phrase) == 1}
    return signs | {
        word: KIND
        for table in kinds
        for phrase in table
        for word in phrase
        if len(phrase) == 1 or (word not in everyday and word.isalpha() and len(word) > 2)
    }
