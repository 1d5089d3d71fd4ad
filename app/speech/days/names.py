"""The name of one day, as it was written: `3 May`, `the twenty-first`, `next Friday`, `Good Friday`, `tomorrow`."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.speech import foreign_dates
from app.speech.days.row import DASHES, Row
from app.speech.days.said import Loose
from app.vocabulary import SIZES

ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII)
NUMERIC = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{1,2}\.\s?\d{1,2}\.|\d{1,2}/\d{1,2}", re.ASCII)
LONGEST_MONTHS = frozenset({1, 3, 5, 7, 8, 10, 12})
MOST_WRITTEN = 99  # 32 December is no day, but meant as one.
JUST_OVER = timedelta(days=60)  # Who names a day without a year does not mean one ten months ahead.
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Name:
    """The name of a day up to the word `stop`: maybe without its month, or without its year.

    `weeks`: so many later (Saturday week). `is_alone`: that day alone is meant (tonight). `is_word`: its number stands
    in words. `is_swapped`: it stands in figures whose order is the customer's habit (3/4).
    """

    stop: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    which: str = ""
    feast: str = ""
    whole: date | None = None
    weeks: int = 0
    is_ordinal: bool = False
    is_alone: bool = False
    is_swapped: bool = False
    is_word: bool = False

    @property
    def is_bare(self) -> bool:
        """Whether it is a mere number."""
        return self.whole is None and self.month is None and self.weekday is None and not self.feast

    @property
    def loose(self) -> Loose | None:
        """What of it was not said."""
        if self.is_bare:
            return Loose.MONTH
        return Loose.WEEK if self.weekday is not None and not self.which and not self.weeks else None

    @property
    def is_impossible(self) -> bool:
        """Whether no calendar has such a day, in that year or in any."""
        if not self.day or not self.month:
            return False
        longest = 29 if self.month == 2 else 30 + (self.month in LONGEST_MONTHS)
        leaps = not self.year or (self.year % 4 == 0 and self.year % 100 != 0) or self.year % 400 == 0
        return self.month > 12 or self.day > longest or (self.day == 29 and self.month == 2 and not leaps)


class Names:
    """The names of days in a row of words, each read once."""

    def __init__(self, row: Row):
        self.row = row
        self._read: dict[int, Name | None] = {}

    def at(self, at: int) -> Name | None:
        """The name that begins here. A mere number in words is none."""
        name = self.in_range(at)
        return None if name and name.is_bare and name.is_word else name

    def in_range(self, at: int) -> Name | None:
        """The same where another day stands beside it: `dal primo al quindici febbraio`."""
        if at not in self._read:
            self._read[at] = self._name(at) if at < len(self.row) else None
        return self._read[at]

    def date(self, name: Name, after: date | None = None) -> date | None:
        """The day of this name: the next one, or the first one from a day on. It may be over. None: there is none."""
        almanac = self.row.almanac
        if name.whole:
            return name.whole
        if name.feast:
            return almanac.calendar.day(name.feast, after or almanac.today)
        if name.weekday is not None:
            return almanac.weekday(name.weekday, name.which, after) + name.weeks * WEEK
        if after:
            almanac = replace(almanac, today=after)
        if name.month is None:
            return almanac.day_of_month(name.day or 0)
        this_year = almanac.day(name.day or 0, name.month, almanac.today.year) if not (name.year or after) else None
        if this_year and almanac.today - JUST_OVER <= this_year < almanac.today:
            return this_year
        return almanac.day(name.day or 0, name.month, name.year)

    def _name(self, at: int) -> Name | None:
        row, word = self.row, self.row.word(at)
        if word.isdecimal() and (row.value(at, row.known.offsets)[0] or row.value(at, row.known.evenings)[0] == 0):
            return self._offset(at)  # 2moro
        if ISO.fullmatch(word):
            year, month, day = map(int, word.split("-"))
            return Name(at + 1, day, month, year)
        if NUMERIC.fullmatch(word) and (word not in SIZES or row.ends(at, "on")):
            return self._numeric(at)
        return (
            self._beside(at)
            or self._numbered(at)
            or self._month_first(at)
            or self._in_a_week(at)
            or self._weekday(at)
            or self._offset(at)
            or self._foreign(at)
        )

    def _numeric(self, at: int) -> Name | None:
        """`3.5.`, `3.5.2027`, `5/3`, `5/3/27`"""
        word, almanac = self.row.word(at), self.row.almanac
        first, second, *year = (int(part) for part in re.findall(r"\d+", word))
        full = (year[0] if year[0] > 99 else 2000 + year[0]) if year else None
        if "." in word:
            return Name(at + 1, first, second, full) if 1 <= second <= 12 and first else None
        found = almanac.numeric(first, second, full)
        if found:
            return Name(at + 1, found.day, found.month, full, is_swapped=first <= 12 and second <= 12)
        return Name(at + 1, first, second, full) if year and first and 1 <= second <= 12 else None

    def _numbered(self, at: int) -> Name | None:
        """`3 May`, `3rd of May 2027`, `3. Mai`, `the twenty-first`, or a mere `3`"""
        row = self.row
        day, stop, is_ordinal = self._day(row.after(at, "the_day"))
        if not day:
            return None
        of = row.after(stop, "of")
        month, after = row.value(of, row.known.months_beside_days)
        is_verb = month is not None and row.words[after - 1] in self._shy and row.says(after, "verb")
        if month is None or is_verb:
            is_word = not is_ordinal and not row.is_day(stop - 1)
            mere = Name(stop, day, is_ordinal=is_ordinal, is_word=is_word) if day <= 31 else None
            is_plain = is_ordinal or is_word or row.after(at, "the_day") == at
            return self._foreign(at) or (mere if is_plain else None)
        year, after = row.year(after)
        return Name(after, day, month, year)

    def _day(self, at: int) -> tuple[int, int, bool]:
        """The number of a day, the place behind it, and whether it was said as one (`3rd`, `third`); 0 if none is."""
        row = self.row
        if row.is_day(at, MOST_WRITTEN):
            is_ordinal = (row.word(at + 1),) in row.known.suffixes
            return int(row.word(at)), at + 1 + is_ordinal, is_ordinal
        day, stop = row.value(at, row.known.ordinals)
        if day:
            return (day, stop, day > 3) if day <= 31 else (0, at, False)
        number, stop = row.number(at)
        if number in (20, 30) and (more := row.value(stop, row.known.ordinals))[0] in range(1, 10):
            return number + more[0], more[1], True
        return (number, stop, False) if 1 <= number <= 31 else (0, at, False)

    @property
    def _shy(self) -> frozenset[str]:
        return frozenset(word for (word, *_) in self.row.known.shy_months)

    def _month_first(self, at: int) -> Name | None:
        """`May 3rd, 2027`, `May the 3rd`"""
        row = self.row
        month, stop = row.value(at, row.known.months_beside_days)
        if month is None:
            return None
        stop = row.after(stop, "the_day")
        if not row.is_day(stop, MOST_WRITTEN) or row.is_price(stop + 1):
            return None
        day, stop = int(row.word(stop)), stop + 1
        stop += (row.word(stop),) in row.known.suffixes
        year, stop = row.year(stop)
        return Name(stop, day, month, year)

    def _in_a_week(self, at: int) -> Name | None:
        """`a week on Tuesday`"""
        begin = self.row.after(at, "week_on")
        name = self._weekday(begin, is_framed=True) if begin > at else None
        return replace(name, weeks=1) if name else None

    def _weekday(self, at: int, *, is_framed: bool = False) -> Name | None:
        """`Friday`, `next Friday`, `vendredi prochain`, `Friday, 3 May`; `Fri` only where its neighbours show a day."""
        row = self.row
        which, core = row.which(at)
        weekday, stop = row.value(core, row.known.framed_weekdays)
        if weekday is None or row.ends(core, "last"):
            return None
        is_short = row.slice(core, stop - core) not in row.known.weekdays
        if is_short and not (is_framed or row.ends(core, "short_lead") or self._is_led(core)):
            return None
        dated = self._dated(stop)
        if dated:
            return dated
        if row.says(stop, "in_a_week"):
            return Name(row.after(stop, "in_a_week"), weekday=weekday, weeks=1)
        of_week, after = self._of_week(stop)
        if of_week:
            return Name(after, weekday=weekday, which=of_week)
        which, stop = row.which_behind(stop, which)
        return None if which == "last" else Name(stop, weekday=weekday, which=which)

    def _is_led(self, at: int) -> bool:
        """Whether a short name of a weekday is one: `mon-fri`, `fri nite gig`, `sat 3 may`."""
        row = self.row
        next_up = max(row.after(at + 1, "till"), row.after(at + 1, "and"))
        is_pair = next_up > at + 1 or row.word(at + 1) in DASHES
        other = (row.word(next_up if next_up > at + 1 else at + 2),)
        is_pair = is_pair or (row.word(at - 1) in DASHES and row.slice(at - 2, 1) in row.known.framed_weekdays)
        event = any(row.says(at + step, "event") for step in (1, 2))
        is_joined = row.word(at - 1) in DASHES or other in row.known.framed_weekdays
        return (is_pair and is_joined) or event or row.is_between_marks(at, at + 1)

    def _dated(self, at: int) -> Name | None:
        """The date behind a weekday: `Friday, 3 May`, `Friday the 13th`."""
        row = self.row
        begin = row.after(at + (row.word(at) == ","), "the_day")
        name = self._numbered(begin) or self._month_first(begin)
        if name is None and NUMERIC.fullmatch(row.word(begin)) and row.word(begin) not in SIZES:
            name = self._numeric(begin)
        if name is None:
            return None
        is_joined = begin == at or row.word(at) == ","
        return name if name.month or (name.is_ordinal and (is_joined or begin > at)) else None

    def _of_week(self, at: int) -> tuple[str, int]:
        """`next week` behind a weekday."""
        row = self.row
        which, core = row.which(row.after(at, "of"))
        unit, stop = row.value(core, row.known.units)
        if unit != 7:
            return "", at
        which, stop = row.which_behind(stop, which)
        return (which, stop) if which in ("this", "next") else ("", at)

    def _offset(self, at: int) -> Name | None:
        """`tomorrow`, `tonight`, `Christmas`"""
        row = self.row
        feast, stop = row.value(at, row.feasts)
        if feast:
            return Name(stop, feast=feast)
        today = row.almanac.today
        days, stop = row.value(at, row.known.evenings)
        if days is not None:
            return Name(stop, whole=today + timedelta(days=days), is_alone=True)
        days, stop = row.value(at, row.known.offsets)
        if days is not None:
            return Name(stop, whole=today + timedelta(days=days))
        return None

    def _beside(self, at: int) -> Name | None:
        """`two days before Christmas`, `a week after Easter`"""
        row = self.row
        days, stop = row.length(at)
        for sign, kind in ((-1, "before_it"), (1, "after_it")):
            if days and row.says(stop, kind):
                name = self.at(row.after(stop, kind))
                found = self.date(name) if name and not name.is_bare else None
                return Name(name.stop, whole=found + timedelta(days=sign * days)) if name and found else None
        return None

    def _foreign(self, at: int) -> Name | None:
        """A day named in the customer's own language, if it is none of those that the lexicon knows."""
        row = self.row
        found = foreign_dates.read(" ".join(row.slice(at, 2)), row.almanac)
        if found:
            return Name(at + 2, found.day, found.month)
        found = foreign_dates.read(row.word(at), row.almanac)
        return Name(at + 1, whole=found) if found else None
