"""Reading when and for how long: `from Friday for two weeks`, `3 to 10 May`, `next weekend`, `this summer`.

The phrases are taken out of the message, and marks (`lexicon.LENGTH`, `lexicon.DAYS`) stand for them, so that their
numbers are neither prices nor sizes nor ages.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from app.rental.period import Period
from app.speech import foreign_dates, lexicon, numbers
from app.speech.almanac import Almanac
from app.speech.lexicon import DAYS, LENGTH, Phrase
from app.speech.marks import Mark
from app.vocabulary import SIZES

NAME = "days"

TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}(?!\d)|\d{1,2}\.\s?\d{1,2}\.(?!\d)|\d{1,2}/\d{1,2}(?!\d)"
    r"|\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]"
)
HYPHEN = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")  # week-end
ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
NUMERIC = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.\s?\d{1,2}\.|\d{1,2}/\d{1,2}", re.ASCII)
DASHES = frozenset({"-", "–", "‑", "—"})
LONGEST_PHRASE = 4
MOST_NUMBER = 400  # Of days, weeks or months; a rental that is too long is refused elsewhere, in words.
NEAR = 4  # Words in which somebody says how long he has played, or that she turns eight.


@dataclass(frozen=True)
class Dates:
    """What a message says of the days: the first one, how many, or the last one. `rest` is the message without it.

    `is_past` says that it named days that are over.
    """

    rest: str = field(compare=False)
    start: date | None = None
    days: int | None = None
    end: date | None = None
    is_past: bool = False


# Today is Wednesday, the third of March 2027.
EXAMPLES = {
    "en": [
        ("from 3 to 10 May", [Dates("", date(2027, 5, 3), 8)]),
        ("in May", [Dates("", date(2027, 5, 1), 31)]),
        ("in March", [Dates("", date(2027, 3, 3), 29)]),
        ("from Friday for two weeks", [Dates("", date(2027, 3, 5), 14)]),
        ("until Friday", [Dates("", end=date(2027, 3, 5))]),
        ("for twenty-one days", [Dates("", days=21)]),
    ],
    "de": [
        ("vom 3. bis 10. Mai", [Dates("", date(2027, 5, 3), 8)]),
        ("ab Freitag für zwei Wochen", [Dates("", date(2027, 3, 5), 14)]),
    ],
    "fr": [
        ("du 3 au 10 mai", [Dates("", date(2027, 5, 3), 8)]),
        ("pendant trois semaines", [Dates("", days=21)]),
        ("pour le week-end", [Dates("", date(2027, 3, 6), 2)]),
    ],
    "es": [
        ("del 3 al 10 de mayo", [Dates("", date(2027, 5, 3), 8)]),
        ("durante dos semanas", [Dates("", days=14)]),
        ("a partir de mañana, una semana", [Dates("", date(2027, 3, 4), 7)]),
    ],
    "it": [
        ("dal 3 al 10 maggio", [Dates("", date(2027, 5, 3), 8)]),
        ("per sei settimane", [Dates("", days=42)]),
        ("per quest'estate", [Dates("", date(2027, 6, 1), 92)]),
    ],
    "ar": [
        ("من 3 إلى 10 مايو", [Dates("", date(2027, 5, 3), 8)]),
        ("لمدة ثلاثة أسابيع", [Dates("", days=21)]),
    ],
}

COUNTEREXAMPLES = {
    "en": ["May I have a violin", "a march for brass band", "she is 8 years old", "are you open on Sundays", "3/4"],
    "de": ["Was kostet eine Geige?", "Haben Sie montags auf?", "sie ist acht Jahre alt"],
    "fr": ["elle a 8 ans", "je joue depuis deux mois"],
    "es": ["tiene ocho años", "una guitarra"],
    "it": ["non è mai tardi", "ha otto anni"],
    "ar": ["كمان لابنتي"],
}


@dataclass(frozen=True)
class _Phrase:
    """What the words from `begin` to `stop` say."""

    begin: int
    stop: int
    start: date | None = None
    days: int | None = None
    end: date | None = None


@dataclass(frozen=True)
class _Name:
    """The name of a day as it was written, up to the word `stop`: maybe without its month, or without its year."""

    stop: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    which: str = ""
    whole: date | None = None
    is_ordinal: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether it is a mere number."""
        return self.whole is None and self.month is None and self.weekday is None


def read(message: str, almanac: Almanac) -> Dates:
    """What this message says of the days. Of several phrases that contradict each other the last one counts."""
    text = HYPHEN.sub(" ", lexicon.elided(message))
    tokens = list(TOKEN.finditer(text))
    said = Dates(message)
    rest, at = [], 0
    for phrase in _Reader([token.group() for token in tokens], almanac).phrases():
        said = _and(said, phrase, almanac.today)
        is_length = phrase.days and (tokens[phrase.begin].group(),) in lexicon.date_words().sayings["for"]
        rest += [text[at : tokens[phrase.begin].start()], f" {LENGTH if is_length else DAYS} "]
        at = tokens[phrase.stop - 1].end()
    return replace(said, rest="".join([*rest, text[at:]])) if rest else said


def find(tokens: Sequence[str], dates: Dates) -> Iterator[Mark]:
    """One mark for all days of a message, over the signs that stand for them."""
    places = [place for place, token in enumerate(tokens) if token in (DAYS, LENGTH)]
    if places:
        yield Mark(NAME, dates, places[0], places[-1] + 1)


def _and(said: Dates, phrase: _Phrase, today: date) -> Dates:
    """What was said and what one more phrase says: `for two weeks`, `from Friday`."""
    named = phrase.start or phrase.end
    if named and named < today:
        return replace(said, is_past=True)
    if phrase.start and phrase.days:
        return replace(said, start=phrase.start, days=phrase.days, end=None)
    return replace(said, start=phrase.start or said.start, days=phrase.days or said.days, end=phrase.end or said.end)


class _Reader:
    """Finds the phrases in a row of words, from left to right; at each place the first rule that fits counts."""

    def __init__(self, words: list[str], almanac: Almanac):
        self._words = words
        self._almanac = almanac
        self._known = lexicon.date_words()
        self._named: dict[int, _Name | None] = {}
        self._starts: dict[int, tuple[tuple[int, Phrase], ...]] = {}

    def phrases(self) -> Iterator[_Phrase]:
        rules: tuple[Callable[[int], _Phrase | None], ...] = (
            self._range,
            self._row,
            self._until,
            self._beginning,
            self._within,
            self._span,
            self._one_day,
            self._duration,
        )
        at = 0
        while at < len(self._words):
            may_begin = self._may_begin(self._words[at])
            found = next((phrase for rule in rules if (phrase := rule(at))), None) if may_begin else None
            if found:
                yield found
            at = found.stop if found else at + 1

    def _may_begin(self, word: str) -> bool:
        """Whether some phrase can begin with this word at all: most words are passed over."""
        if not word.isalpha():
            return word[0].isdigit()
        is_ours = word in lexicon.first_date_words() or numbers.may_begin(word)
        return is_ours or foreign_dates.is_foreign(self._almanac)

    # Phrases

    def _range(self, at: int) -> _Phrase | None:
        """`from 3 to 10 May`, `between Friday and Sunday`, `3.5.-10.5.`"""
        begin = self._after(at, "from")
        one = self._name(begin)
        if one is None:
            return None
        joint = self._joint(one.stop, with_and=begin > at)
        two = self._name(joint) if joint > one.stop else None
        if two is None or (one.is_bare and two.is_bare) or (two.is_bare and one.month is None):
            return None
        if two.is_bare and self._is_price(two.stop):
            return None
        one = replace(one, month=two.month, year=two.year) if one.is_bare else one
        two = replace(two, month=one.month, year=one.year) if two.is_bare else two
        if two.year and not one.year:
            one = replace(one, year=two.year)
        start = self._date(one)
        end = self._date(two, start) if start else None
        if start is None or end is None or end < start:
            return None
        return _Phrase(at, two.stop, start, (end - start).days + 1)

    def _row(self, at: int) -> _Phrase | None:
        """`Saturday and Sunday`, `on 24, 25 and 26 December`: days that follow one another."""
        names = list(self._joined_names(self._after(at, "on")))
        last = next((name for name in reversed(names) if not name.is_bare), None)
        if last is None:
            return None
        days: list[date] = []
        for name in names[: names.index(last) + 1]:
            known = replace(name, month=last.month, year=last.year) if name.is_bare else name
            day = self._date(known, days[-1] if days else None)
            if day is None or (days and day != days[-1] + timedelta(days=1)):
                return None
            days.append(day)
        return _Phrase(at, last.stop, days[0], len(days)) if len(days) > 1 else None

    def _joined_names(self, at: int) -> Iterator[_Name]:
        """The names of days from here on, as long as a comma, `&` or `and` joins them."""
        while name := self._name(at):
            yield name
            joint = name.stop + 1 if self._word(name.stop) in (",", "&") else self._after(name.stop, "and")
            if joint == name.stop:
                return
            at = self._after(joint, "on")

    def _until(self, at: int) -> _Phrase | None:
        """`until Friday`"""
        begin = self._after(at, "until")
        name = self._name(begin) if begin > at else None
        end = self._date(name) if name else None
        return _Phrase(at, name.stop, end=end) if name and end else None

    def _beginning(self, at: int) -> _Phrase | None:
        """`from 3 May`, `starting next week`"""
        begin = self._after(at, "from")
        if begin == at:
            return None
        span = self._span(begin, needs_in=False)
        if span:
            return replace(span, begin=at, days=None)
        name = self._name(begin)
        start = self._date(name) if name else None
        return _Phrase(at, name.stop, start) if name and start else None

    def _within(self, at: int) -> _Phrase | None:
        """`in two weeks`"""
        begin = self._after(at, "within")
        number, after = self._number(begin)
        unit, stop = self._value(after, self._known.units) if begin > at and number else (None, at)
        if unit is None or self._is_word(stop, "ago"):
            return None
        return _Phrase(at, stop, self._almanac.today + timedelta(days=number * unit))

    def _span(self, at: int, *, needs_in: bool = True) -> _Phrase | None:
        """`next weekend`, `this week`, `in May`, `over the summer`"""
        begin = self._after(at, "in")
        which, core = self._which(begin)
        if self._ends(core, "last") or self._is_near(at, "turning"):
            return None
        period, stop = self._named_span(core, which, is_framed=bool(which) or begin > at or not needs_in)
        return _Phrase(at, stop, period.start, period.days) if period else None

    def _named_span(self, at: int, which: str, *, is_framed: bool) -> tuple[Period | None, int]:
        """The span whose name stands here. `is_framed`: a word before it says that a time is meant."""
        almanac = self._almanac
        stop = self._after(at, "weekend")
        if stop > at:
            which, stop = self._which_behind(stop, which)
            return (None, stop) if which == "last" else (almanac.weekend(which), stop)
        unit, stop = self._value(at, self._known.units)
        if unit in (7, 30):
            which, stop = self._which_behind(stop, which)
            span = almanac.week if unit == 7 else almanac.this_month
            return (span(which), stop) if which in ("this", "next") else (None, at)
        season, stop = self._value(at, self._known.seasons)
        if season and is_framed:
            return almanac.season(season), self._which_behind(stop, which)[1]
        month, stop = self._value(at, self._known.months)
        if month and is_framed and not self._is_word(stop, "verb") and not self._is_day(stop):
            return almanac.month(month), stop
        return None, at

    def _one_day(self, at: int) -> _Phrase | None:
        """`on Friday`, `for the 3rd of May`: one day; a bare `tomorrow` is when it begins."""
        begin = self._after(at, "on")
        name = self._name(begin)
        is_holiday = name is not None and self._value(begin, self._known.holidays)[0] is not None
        if name is None or (begin == at and (is_holiday or name.whole == self._almanac.today)):
            return None
        if name.is_bare:
            start = self._almanac.day_of_month(name.day or 0) if name.is_ordinal and begin > at else None
        else:
            start = self._date(name)
        return _Phrase(at, name.stop, start, 1 if begin > at else None) if start else None

    def _duration(self, at: int) -> _Phrase | None:
        """`for two weeks`, `10 days`, `a fortnight`; not `for ten years`, nor what somebody has played for."""
        begin = self._after(at, "for")
        days, stop = next(
            (found for place in (at, begin) if (found := self._value(place, self._known.durations))[0]), (None, at)
        )
        if days is None:
            one = self._after(begin, "one") if begin > at else begin
            number, after = (1, one) if one > begin else self._number(begin)
            unit, stop = self._value(after, self._known.units) if number else (None, at)
            if unit is None or (unit == 365 and number > 1) or (number == 1 and begin == at):
                return None
            days = number * unit
        if self._is_word(stop, "ago") or self._is_near(at, "playing"):
            return None
        if self._word(stop).isdecimal() and self._word(stop - 1).isalpha() and days == 365:
            return None  # "for a year 4 pupil"
        return _Phrase(at, stop, days=days)

    # Names of days

    def _name(self, at: int) -> _Name | None:
        """The name of a day that begins here. Several rules ask for it; it is read once."""
        if at not in self._named:
            self._named[at] = self._read_name(at)
        return self._named[at]

    def _read_name(self, at: int) -> _Name | None:
        word = self._word(at)
        if ISO.fullmatch(word):
            year, month, day = map(int, word.split("-"))
            return _Name(at + 1, day, month, year)
        if NUMERIC.fullmatch(word) and (word not in SIZES or self._ends(at, "on")):
            return self._numeric(at)
        return self._numbered(at) or self._month_first(at) or self._weekday(at) or self._offset(at) or self._foreign(at)

    def _numeric(self, at: int) -> _Name | None:
        """`3.5.`, `3.5.2027`, `5/3`, `5/3/27`"""
        first, second, *year = (int(part) for part in re.findall(r"\d+", self._word(at)))
        full = (year[0] if year[0] > 99 else 2000 + year[0]) if year else None
        day_first = "." in self._word(at)
        found = self._almanac.day(first, second, full) if day_first else self._almanac.numeric(first, second, full)
        return _Name(at + 1, found.day, found.month, full) if found else None

    def _numbered(self, at: int) -> _Name | None:
        """`3 May`, `3rd of May 2027`, `3. Mai`, or a mere `3`"""
        if not self._is_day(at):
            return None
        day, stop = int(self._word(at)), at + 1
        is_ordinal = (self._word(stop),) in self._known.suffixes
        stop += is_ordinal
        of = self._after(stop, "of")
        month, after = self._value(of, self._known.months_beside_days)
        if month is None or (self._is_shy(after - 1) and self._is_word(after, "verb")):
            return self._foreign(at) or _Name(stop, day, is_ordinal=is_ordinal)
        year, after = self._year(after)
        return _Name(after, day, month, year)

    def _month_first(self, at: int) -> _Name | None:
        """`May 3rd, 2027`"""
        month, stop = self._value(at, self._known.months_beside_days)
        if month is None or not self._is_day(stop) or self._is_price(stop + 1):
            return None
        day, stop = int(self._word(stop)), stop + 1
        stop += (self._word(stop),) in self._known.suffixes
        year, stop = self._year(stop)
        return _Name(stop, day, month, year)

    def _weekday(self, at: int) -> _Name | None:
        """`Friday`, `next Friday`, `vendredi prochain`; `Fri` only after a word that leads to it"""
        which, core = self._which(at)
        framed = which or any(self._ends(at, kind) for kind in ("from", "till", "on", "and"))
        weekday, stop = self._value(core, self._known.framed_weekdays if framed else self._known.weekdays)
        if weekday is None or self._ends(core, "last"):
            return None
        which, stop = self._which_behind(stop, which)
        return None if which == "last" else _Name(stop, weekday=weekday, which=which)

    def _offset(self, at: int) -> _Name | None:
        """`tomorrow`, `Christmas`"""
        holiday, stop = self._value(at, self._known.holidays)
        if holiday:
            return _Name(stop, holiday[1], holiday[0])
        days, stop = self._value(at, self._known.offsets)
        return None if days is None else _Name(stop, whole=self._almanac.today + timedelta(days=days))

    def _foreign(self, at: int) -> _Name | None:
        """A day named in the customer's own language, if it is none of those that the lexicon knows."""
        found = foreign_dates.read(" ".join(self._slice(at, 2)), self._almanac)
        if found:
            return _Name(at + 2, found.day, found.month)
        found = foreign_dates.read(self._word(at), self._almanac)
        return _Name(at + 1, whole=found) if found else None

    def _date(self, name: _Name, after: date | None = None) -> date | None:
        """The day of this name: the next one, or the first one from a day on."""
        if name.whole:
            return name.whole
        if name.weekday is not None:
            return self._almanac.weekday(name.weekday, name.which, after)
        almanac = replace(self._almanac, today=after) if after else self._almanac
        return almanac.day(name.day or 0, name.month or 0, name.year)

    # Words

    def _word(self, at: int) -> str:
        return self._words[at] if 0 <= at < len(self._words) else ""

    def _after(self, at: int, kind: str) -> int:
        """The place behind the longest phrase of this kind that begins here; `at` itself if none does."""
        if self._word(at) not in lexicon.first_words_of_sayings()[kind]:
            return at
        phrases = self._known.sayings[kind]
        return next((stop for stop, phrase in self._starting(at) if phrase in phrases), at)

    def _ends(self, at: int, kind: str) -> bool:
        phrases = self._known.sayings[kind]
        return any(self._slice(at - length, length) in phrases for length in range(1, LONGEST_PHRASE) if length <= at)

    def _starting(self, at: int) -> tuple[tuple[int, Phrase], ...]:
        """What may be a phrase from here on, the longest first, each with the place behind it."""
        if at not in self._starts:
            longest = min(LONGEST_PHRASE, len(self._words) - at)
            self._starts[at] = tuple((at + n, tuple(self._words[at : at + n])) for n in range(longest, 0, -1))
        return self._starts[at]

    def _slice(self, at: int, length: int) -> Phrase:
        """So many words from here, or () where fewer are left."""
        return tuple(self._words[at : at + length]) if at + length <= len(self._words) else ()

    def _value(self, at: int, meanings: dict[Phrase, Any]) -> tuple[Any, int]:
        """What the longest phrase that begins here means, and the place behind it; None where none does."""
        for stop, phrase in self._starting(at):
            if phrase in meanings:
                return meanings[phrase], stop
        return None, at

    def _which(self, at: int) -> tuple[str, int]:
        """`this` or `next` before a name."""
        for which in ("next", "this"):
            if self._after(at, which) > at:
                return which, self._after(at, which)
        return "", at

    def _which_behind(self, at: int, which: str) -> tuple[str, int]:
        """The same behind a name, as French, Spanish and Italian say it."""
        for behind in ("next", "last"):
            if not which and self._after(at, behind) > at and (self._word(at),) not in self._known.sayings["before"]:
                return behind, self._after(at, behind)
        return which, at

    def _joint(self, at: int, *, with_and: bool) -> int:
        """The place behind what joins two days: `to`, a dash, `and` after `between`, in other languages any word."""
        for kind in ("till", *(["and"] if with_and else [])):
            if self._after(at, kind) > at:
                return self._after(at, kind)
        if self._word(at) in DASHES or (foreign_dates.is_foreign(self._almanac) and self._is_day(at + 1)):
            return at + 1
        return at

    def _number(self, at: int) -> tuple[int, int]:
        word = self._word(at)
        if word.isdecimal() and word.isascii() and 0 < int(word[:6]) <= MOST_NUMBER:
            return int(word), at + 1
        return numbers.at(self._words, at) or (0, at + 1)

    def _year(self, at: int) -> tuple[int | None, int]:
        comma = at + (self._word(at) == ",")
        found = re.fullmatch(r"20\d\d", self._word(comma))
        return (int(found[0]), comma + 1) if found else (None, at)

    def _is_day(self, at: int) -> bool:
        word = self._word(at)
        return word.isdecimal() and word.isascii() and len(word) <= 2 and 1 <= int(word) <= 31

    def _is_price(self, at: int) -> bool:
        """Whether a currency or a rate follows, so that the number before is money."""
        known = lexicon.load()
        joints: Collection[Phrase] = known.joints["per"]
        return (self._word(at),) in known.currencies or (
            (self._word(at),) in joints and self._value(at + 1, self._known.units)[0] is not None
        )

    def _is_shy(self, at: int) -> bool:
        """Whether the name of a month stands here that is another word as well."""
        return (self._word(at),) in self._known.shy_months

    def _is_word(self, at: int, kind: str) -> bool:
        return self._after(at, kind) > at

    def _is_near(self, at: int, kind: str) -> bool:
        return any((word,) in self._known.sayings[kind] for word in self._words[max(0, at - NEAR) : at])
