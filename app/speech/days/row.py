"""The words of a message in a row, and what stands at a place."""

from collections.abc import Collection
from functools import cache
from typing import Any

from app.speech import lexicon, numbers
from app.speech.almanac import Almanac
from app.speech.days.feasts import Calendar
from app.speech.lexicon import Phrase

LONGEST_PHRASE = 5
MOST_NUMBER = 400  # Of days, weeks or months; a rental that is too long is refused elsewhere, in words.
NEAR = 4  # Words in which somebody says how long he has played, or that she turns eight.
DASHES = frozenset({"-", "–", "‑", "—"})
MARKS = frozenset(".,;:!?()")


_FIRST: dict[int, frozenset[str]] = {}


def first_words(meanings: dict[Phrase, Any]) -> frozenset[str]:
    """The words that the phrases of a table begin with: most words are none of them. Tables are made once, and stay."""
    if id(meanings) not in _FIRST:
        _FIRST[id(meanings)] = frozenset(phrase[0] for phrase in meanings if phrase)
    return _FIRST[id(meanings)]


@cache
def _feasts(calendar: Calendar, year: int) -> dict[Phrase, str]:
    """The names of feasts in all languages, and those of this calendar."""
    return lexicon.date_words().feasts | calendar.own_names(year)


class Row:
    """The words, normalised, seen with an almanac. A place beyond the ends holds the word ""."""

    def __init__(self, words: list[str], almanac: Almanac):
        self.words = words
        self.almanac = almanac
        self.known = lexicon.date_words()
        self.feasts = _feasts(almanac.calendar, almanac.today.year)
        self._first_of_sayings = lexicon.first_words_of_sayings()
        self._starts: dict[int, tuple[tuple[int, Phrase], ...]] = {}
        self._numbers: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self.words)

    def word(self, at: int) -> str:
        return self.words[at] if 0 <= at < len(self.words) else ""

    def after(self, at: int, kind: str) -> int:
        """The place behind the longest phrase of this kind that begins here; `at` itself if none does."""
        if not 0 <= at < len(self.words) or self.words[at] not in self._first_of_sayings[kind]:
            return at
        phrases = self.known.sayings[kind]
        return next((stop for stop, phrase in self._starting(at) if phrase in phrases), at)

    def behind(self, at: int, *kinds: str) -> int:
        """The place behind what these kinds say here one after the other; each may be missing."""
        for kind in kinds:
            at = self.after(at, kind)
        return at

    def says(self, at: int, kind: str) -> bool:
        return self.after(at, kind) > at

    def ends(self, at: int, kind: str) -> bool:
        """Whether a phrase of this kind ends just before this place."""
        phrases = self.known.sayings[kind]
        return any(self.slice(at - length, length) in phrases for length in range(1, LONGEST_PHRASE) if length <= at)

    def is_near(self, at: int, kind: str, *, words: int = NEAR) -> bool:
        """Whether such a word stands close before this place, in the same clause."""
        before = self.words[max(0, at - words) : at]
        ends = [place for place, word in enumerate(before) if word in MARKS]
        return any((word,) in self.known.sayings[kind] for word in before[(ends[-1] + 1 if ends else 0) :])

    def _starting(self, at: int) -> tuple[tuple[int, Phrase], ...]:
        """What may be a phrase from here on, the longest first, each with the place behind it."""
        if at not in self._starts:
            longest = min(LONGEST_PHRASE, len(self.words) - at)
            self._starts[at] = tuple((at + n, tuple(self.words[at : at + n])) for n in range(longest, 0, -1))
        return self._starts[at]

    def slice(self, at: int, length: int) -> Phrase:
        """So many words from here, or () where fewer are left."""
        return tuple(self.words[at : at + length]) if at + length <= len(self.words) else ()

    def value(self, at: int, meanings: dict[Phrase, Any]) -> tuple[Any, int]:
        """What the longest phrase that begins here means, and the place behind it; None where none does."""
        if 0 <= at < len(self.words) and self.words[at] in first_words(meanings):
            for stop, phrase in self._starting(at):
                if phrase in meanings:
                    return meanings[phrase], stop
        return None, at

    def number(self, at: int) -> tuple[int, int]:
        """A number, in figures or in words, and the place behind it; 0 where there is none."""
        if at not in self._numbers:
            self._numbers[at] = self._number(at)
        return self._numbers[at]

    def _number(self, at: int) -> tuple[int, int]:
        word = self.word(at)
        if word.isdecimal() and word.isascii() and 0 < int(word[:6]) <= MOST_NUMBER:
            return int(word), at + 1
        return numbers.at(self.words, at) or (0, at)

    def amount(self, at: int) -> tuple[int, int]:
        """A number, or `a` as one."""
        number, stop = self.number(at)
        if number:
            return number, stop
        one = self.after(at, "one")
        return (1, one) if one > at else (0, at)

    def length(self, at: int) -> tuple[int, int]:
        """`two weeks`, `a fortnight`, `einen Monat`: in days, and the place behind it; 0 where there is none."""
        days, stop = self.value(at, self.known.durations)
        if days:
            return days, stop
        number, after = self.amount(at)
        unit, stop = self.value(after, self.known.units) if number else (None, at)
        return (number * unit, stop) if unit else (0, at)

    def year(self, at: int) -> tuple[int | None, int]:
        """`2027`, `, 2027`, `of 2027`"""
        if self.says(at, "next_year"):
            return self.almanac.today.year + 1, self.after(at, "next_year")
        comma = at + (self.word(at) == ",")
        for begin in (comma, self.after(at, "of")):
            word = self.word(begin)
            if len(word) == 4 and word.isdecimal() and word.isascii() and word.startswith("20"):
                return int(word), begin + 1
        return None, at

    def is_day(self, at: int, most: int = 31) -> bool:
        """Whether it can be the number of a day."""
        word = self.word(at)
        return word.isdecimal() and word.isascii() and len(word) <= 2 and 1 <= int(word) <= most

    def is_price(self, at: int) -> bool:
        """Whether a currency or a rate follows, so that the number before is money."""
        known = lexicon.load()
        joints: Collection[Phrase] = known.joints["per"]
        return (self.word(at),) in known.currencies or (
            (self.word(at),) in joints and self.value(at + 1, self.known.units)[0] is not None
        )

    def is_compound(self, at: int) -> bool:
        """Whether the name before this place belongs to a word behind it: the summer fete, a Christmas carol."""
        word = self.word(at)
        is_small = word in lexicon.stopwords() or word in lexicon.first_date_words()
        return word.isalpha() and (not is_small or word in self._first_of_sayings["event"])

    def is_between_marks(self, at: int, stop: int) -> bool:
        """Whether the words from `at` to `stop` stand alone: `a harp, july`."""
        before, behind = self.word(at - 1), self.word(stop)
        return (not before or before in MARKS or before in DASHES) and (not behind or behind in MARKS)

    def which(self, at: int) -> tuple[str, int]:
        """`this` or `next` before a name."""
        for which in ("next", "this"):
            if self.says(at, which):
                return which, self.after(at, which)
        return "", at

    def which_behind(self, at: int, which: str) -> tuple[str, int]:
        """The same behind a name, as French, Spanish and Italian say it."""
        for behind in ("next", "last"):
            if not which and self.says(at, behind) and (self.word(at),) not in self.known.sayings["before"]:
                return behind, self.after(at, behind)
        return which, at
