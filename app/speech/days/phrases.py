"""The phrases of a message about days: a range, an end, a beginning, one day, a length."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.speech import foreign_dates, lexicon, numbers
from app.speech.days.moves import CLOSE, Moves
from app.speech.days.names import Name, Names
from app.speech.days.row import DASHES, MARKS, Row, first_words
from app.speech.days.said import Loose, Phrase, Role, Why
from app.speech.days.spans import Span, Spans

DAY = timedelta(days=1)
LONGEST_WRAP = 305  # From September to June is a school year; from 10 May to 3 April is a slip.
LONG, SHORT = 60, 31  # 3/4 to 3/8 are five days in March rather than four months.
MOST_BETWEEN = 14  # Days from one feast to the next that are one time: over Christmas and New Year.
MOST_UNKNOWN = 4  # Words of an "until" that nobody can read.


@dataclass(frozen=True)
class _End:
    """One end of a range: the name of a day, or an edge of a span. Without a `day` the calendar does not know it."""

    stop: int
    day: date | None
    name: Name | None = None
    is_guess: bool = False


class Phrases:
    """Finds the phrases in a row of words, from left to right; at each place the first rule that fits counts."""

    def __init__(self, row: Row):
        self.row = row
        self.names = Names(row)
        self.spans = Spans(row)
        self.moves = Moves(row, self.names, self.spans)
        self._own_first = first_words(row.feasts)
        self._is_foreign = foreign_dates.is_foreign(row.almanac)
        self._tells = [self._telling(word) for word in row.words]

    def __iter__(self) -> Iterator[Phrase]:
        rules: tuple[Callable[[int], Phrase | None], ...] = (
            self._separate,
            self._range,
            self._row,
            self._until,
            self._beginning,
            self.moves.at,
            self._within,
            self._span,
            self._one_day,
            self._duration,
            self._unknown_end,
        )
        at = 0
        while at < len(self.row):
            found = next((phrase for rule in rules if (phrase := rule(at))), None) if self._may_begin(at) else None
            if found:
                yield found
            at = max(found.stop, at + 1) if found else at + 1

    def _may_begin(self, at: int) -> bool:
        """Whether some phrase can begin with this word at all: most words are passed over."""
        word = self.row.word(at)
        if self._is_foreign:
            return word.isalpha() or word[0].isdigit()
        if not word.isalpha():
            is_mere = word.isdecimal()  # A number is of a day, or of days, where such words stand close by.
            return word[0].isdigit() and (not is_mere or any(self._tells[max(0, at - 3) : at + 4]))
        if word not in lexicon.first_date_words() and word not in self._own_first and not numbers.may_begin(word):
            return False
        return self._tells[at] or any(self._tells[at + 1 : at + 3]) or self.row.word(at + 1)[:1].isdigit()

    def _telling(self, word: str) -> bool:
        """Whether the word belongs to days, and is no mere article."""
        return word in lexicon.telling_date_words() or word in self._own_first or not word.isalpha() and "/" in word

    # Several days

    def _separate(self, at: int) -> Phrase | None:
        """`every Saturday in January`, `Saturdays in May`: days of their own. The first one is the wish."""
        row = self.row
        begin = row.after(row.after(at, "on"), "every")
        is_weekend = row.says(begin, "weekend")
        weekday, stop = (5, row.after(begin, "weekend")) if is_weekend else row.value(begin, row.known.weekdays)
        if weekday is None or begin == row.after(at, "on"):
            weekday, stop = row.value(begin, row.known.habits)
            is_weekend = False
        if weekday is None:
            return None
        of = row.after(row.after(stop, "of"), "in")
        which, core = row.which(of)
        span = self.spans.at(core, which, is_framed=True, is_firm=True) if of > stop or which else None
        if span is None or span.period is None:
            every = row.after(row.after(at, "on"), "every") > row.after(at, "on")
            return Phrase(at, stop, Role.NOTHING, why=Why.SEPARATE) if every and not is_weekend else None
        period = span.period
        each = tuple(day for n in range(period.days) if (day := period.start + n * DAY).weekday() == weekday)
        if not each:
            return None
        return Phrase(at, span.stop, Role.DAY, each[0], 1 + is_weekend, why=Why.SEPARATE, each=each)

    def _range(self, at: int) -> Phrase | None:
        """`from 3 to 10 May`, `between Friday and Sunday`, `3.5.-10.5.`, `from tomorrow till the end of next month`"""
        row = self.row
        begin = row.after(at, "from")
        begin = row.after(at, "on") if begin == at else begin
        one = self.names.in_range(begin)
        joint = self._joint(one.stop, with_and=begin > at) if one else 0
        two = self.names.in_range(joint) if one and joint > one.stop else None
        if one and two and not (one.is_bare and two.is_bare and (one.is_word or two.is_word)):
            return self._between(at, begin, joint, one, two)
        return self._from_span(at, begin)

    def _between(self, at: int, begin: int, joint: int, one: Name, two: Name) -> Phrase | None:
        row = self.row
        if row.says(joint - 1, "weak_till") and two.is_bare and not one.is_bare:
            return None  # From Friday a 4 string banjo.
        are_bare = one.is_bare and two.is_bare
        is_dated = row.says(at, "from_day") or one.is_ordinal or two.is_ordinal
        if are_bare and not (is_dated and begin > at):
            return None
        if two.is_bare and ((not are_bare and one.month is None) or row.is_price(two.stop)):
            return None
        one = replace(one, month=two.month, year=two.year) if one.is_bare else one
        two = replace(two, month=one.month, year=one.year) if two.is_bare else two
        takes_year = bool(two.year and not one.year)
        one = replace(one, year=two.year) if takes_year else one
        stop = two.stop
        of_week = self._week_of(stop) if one.weekday is not None and two.weekday is not None else None
        if of_week:
            one, stop = replace(one, which=of_week[0]), of_week[1]
        for name, place in ((one, begin), (two, joint)):
            if name.is_impossible:
                return self._impossible(at, stop, name, place, one if name is two else None)
        start = self.names.date(one)
        if start and are_bare:
            return Phrase(
                at, stop, Role.SPAN, start, self._days_to(start, two.day or 0), loose_start=Loose.MONTH, is_range=True
            )
        end = self.names.date(two, start) if start else None
        if start is None or end is None:
            return Phrase(at, stop, Role.NOTHING, why=Why.UNKNOWN) if one.feast or two.feast else None
        if start > end and takes_year and one.year and start.year > row.almanac.today.year:
            start = self.names.date(replace(one, year=one.year - 1)) or start  # 20 December to 5 January 2028.
        is_slip = not two.year and two.month is not None and (end - start).days > LONGEST_WRAP
        if end < start or is_slip:
            return Phrase(at, stop, Role.NOTHING, why=Why.REVERSED)
        swapped = self._swapped(one, two, start, end)
        if swapped:
            return Phrase(at, stop, Role.SPAN, swapped[0], swapped[1], is_guess=True, is_range=True)
        loose = one.loose if one.loose is Loose.WEEK else None
        return Phrase(at, stop, Role.SPAN, start, (end - start).days + 1, is_range=True, loose_start=loose)

    def _days_to(self, start: date, day: int) -> int | None:
        """From a first day to the next one of this number."""
        found = replace(self.row.almanac, today=start).day_of_month(day)
        return (found - start).days + 1 if found else None

    def _swapped(self, one: Name, two: Name, start: date, end: date) -> tuple[date, int] | None:
        """`3/4 to 3/8`, where only the other order makes it a rental of days."""
        if not (one.is_swapped and two.is_swapped) or one.year or (end - start).days < LONG:
            return None
        almanac = self.row.almanac
        first = almanac.day(start.month, start.day)
        last = replace(almanac, today=first).day(end.month, end.day) if first else None
        if first is None or last is None or not 0 <= (last - first).days <= SHORT:
            return None
        return first, (last - first).days + 1

    def _impossible(self, at: int, stop: int, name: Name, place: int, first: Name | None) -> Phrase:
        """What is left of a range of which one end is in no calendar: the first day, if that one is."""
        start = self.names.date(first) if first else None
        about = (place, name.stop)
        if start is None or start < self.row.almanac.today:
            return Phrase(at, stop, Role.NOTHING, why=Why.IMPOSSIBLE, about=about)
        return Phrase(at, stop, Role.START, start, why=Why.IMPOSSIBLE, about=about, is_end=True)

    def _week_of(self, at: int) -> tuple[str, int] | None:
        """`next week` behind two weekdays."""
        row = self.row
        which, core = row.which(row.after(at, "of"))
        unit, stop = row.value(core, row.known.units)
        which, stop = row.which_behind(stop, which) if unit == 7 else ("", stop)
        return (which, stop) if which in ("this", "next") else None

    def _from_span(self, at: int, begin: int) -> Phrase | None:
        """A range of which one end at least is a span: `from May to July`, `from tomorrow till the end of May`."""
        one = self._end(begin, is_last=False, is_framed=begin > at)
        joint = self._joint(one.stop, with_and=begin > at) if one else 0
        two = self._end(joint, is_last=True, is_framed=True, after=one.day) if one and joint > one.stop else None
        if one is None or two is None or (begin == at and one.name and one.name.is_bare):
            return None
        if (one.name and one.name.is_impossible) or one.day is None:
            return None
        if two.day is None:
            return Phrase(at, two.stop, Role.START, one.day, why=Why.UNKNOWN, about=(joint, two.stop), is_end=True)
        if two.day < one.day or (two.day - one.day).days > LONGEST_WRAP + SHORT:
            return Phrase(at, two.stop, Role.NOTHING, why=Why.REVERSED)
        days = (two.day - one.day).days + 1
        return Phrase(at, two.stop, Role.SPAN, one.day, days, is_guess=one.is_guess or two.is_guess, is_range=True)

    def _end(self, at: int, *, is_last: bool, is_framed: bool, after: date | None = None) -> _End | None:
        name = self.names.at(at)
        if name and not name.is_bare and not name.is_impossible:
            return _End(name.stop, self.names.date(name, after if is_last else None), name, is_guess=bool(name.feast))
        row = self.row
        if name and row.word(at)[0].isdigit():
            return None
        which, core = row.which(row.behind(at, "one"))
        spans = self.spans if after is None else Spans(_seen_from(row, after))
        span = spans.at(core, which, is_framed=is_framed, is_firm=True)
        if span is None:
            return None
        return _End(span.stop, span.last if is_last else span.first, is_guess=span.is_edge_guess)

    def _row(self, at: int) -> Phrase | None:
        """`Saturday and Sunday`, `on 24, 25 and 26 December`: days that follow one another."""
        names = list(self._joined_names(self.row.after(at, "on")))
        last = next((name for name in reversed(names) if not name.is_bare), None)
        if last is None:
            return None
        days: list[date] = []
        for name in names[: names.index(last) + 1]:
            known = replace(name, month=last.month, year=last.year) if name.is_bare else name
            day = self.names.date(known, days[-1] if days else None)
            if day is None or (days and day != days[-1] + DAY):
                return None
            days.append(day)
        return Phrase(at, last.stop, Role.SPAN, days[0], len(days)) if len(days) > 1 else None

    def _joined_names(self, at: int) -> Iterator[Name]:
        """The names of days from here on, as long as a comma, `&` or `and` joins them."""
        row = self.row
        while name := self.names.at(at):
            yield name
            joint = name.stop + 1 if row.word(name.stop) in (",", "&") else row.after(name.stop, "and")
            if joint == name.stop:
                return
            at = row.after(joint, "on")

    def _span(self, at: int) -> Phrase | None:
        """`next weekend`, `this week`, `in May`, `over the summer`"""
        row = self.row
        begin = row.after(at, "in")
        over = row.after(at, "over")
        begin, is_firm = (over, True) if over > at and over >= begin else (begin, False)
        weak = row.after(at, "weak_in")
        if weak > begin:
            return self._weakly_framed(at, weak)
        which, core = row.which(begin)
        if row.ends(core, "last") or row.is_near(at, "turning"):
            return None
        framed = bool(which) or begin > at
        span = self.spans.at(core, which, is_framed=framed, is_firm=is_firm)
        if span is None:
            return None
        if span.period is None:
            return Phrase(at, span.stop, Role.NOTHING, why=Why.UNKNOWN, about=(core, span.stop))
        both = self._with_next_feast(span) if span.is_guess else None
        if both:
            return replace(both, begin=at)
        return Phrase(at, span.stop, Role.SPAN, span.period.start, span.period.days, is_guess=span.is_guess)

    def _with_next_feast(self, span: Span) -> Phrase | None:
        """`over Christmas and New Year`"""
        row = self.row
        joint = row.after(span.stop, "and")
        feast, stop = row.value(joint, row.feasts) if joint > span.stop else (None, joint)
        if feast is None or span.period is None:
            return None
        period = row.almanac.calendar.span(feast, span.period.last)[0]
        if period is None or not 0 <= (period.last - span.period.last).days <= MOST_BETWEEN:
            return None
        return Phrase(0, stop, Role.SPAN, span.period.start, (period.end - span.period.start).days, is_guess=True)

    def _weakly_framed(self, at: int, begin: int) -> Phrase | None:
        """`a maggio`, `à Noël`, `zu Ostern`: the word before is another one as well, so that a name must be plain."""
        row = self.row
        feast, stop = row.value(begin, row.feasts)
        month = row.value(begin, row.known.months)[0] if row.slice(begin, 1) not in row.known.shy_months else None
        if feast is None and month is None:
            return None
        span = self.spans.at(begin, is_framed=True)
        if span is None or span.period is None:
            return Phrase(at, stop, Role.NOTHING, why=Why.UNKNOWN, about=(begin, stop)) if span else None
        return Phrase(at, span.stop, Role.SPAN, span.period.start, span.period.days, is_guess=span.is_guess)

    # One end

    def _until(self, at: int) -> Phrase | None:
        """`until Friday`, `until the end of May`, `bis zum 20.`"""
        row = self.row
        begin = row.after(at, "until")
        if begin == at:
            return None
        name = self.names.at(begin)
        if name and name.is_impossible:
            return Phrase(at, name.stop, Role.NOTHING, why=Why.IMPOSSIBLE, about=(begin, name.stop), is_end=True)
        if name and name.is_bare:
            is_day = (name.is_ordinal or row.says(at, "until_day")) and not row.is_price(name.stop)
            end = self.names.date(name) if is_day else None
            return Phrase(at, name.stop, Role.END, end=end, loose_end=Loose.MONTH) if end else None
        end = self.names.date(name) if name else None
        if name and end:
            is_guess = bool(name.feast) and row.almanac.calendar.span(name.feast, row.almanac.today)[1]
            return Phrase(at, name.stop, Role.END, end=end, is_guess=is_guess, loose_end=name.loose)
        found = self._end(begin, is_last=True, is_framed=True)
        if found is None:
            return None
        if found.day is None:
            return Phrase(at, found.stop, Role.NOTHING, why=Why.UNKNOWN, about=(begin, found.stop), is_end=True)
        return Phrase(at, found.stop, Role.END, end=found.day, is_guess=found.is_guess)

    def _unknown_end(self, at: int) -> Phrase | None:
        """`until our concert`: an end that no calendar knows. Not `up to 20 euros`, nor `bis bald`."""
        row = self.row
        begin = row.after(at, "until_only")
        if begin == at or row.says(at, "farewell"):
            return None
        stop = begin
        while stop < len(row) and row.word(stop) not in MARKS and stop - begin < MOST_UNKNOWN:
            stop += 1
        said = row.words[begin:stop]
        is_amount = any(word[0].isdigit() or not word.isalpha() or numbers.may_begin(word) for word in said)
        if not said or is_amount or any(row.says(place, "not_an_end") for place in range(begin, stop)):
            return None
        return Phrase(at, stop, Role.NOTHING, why=Why.UNKNOWN, is_end=True)

    def _beginning(self, at: int) -> Phrase | None:
        """`from 3 May`, `starting next week`, `from the 10th`"""
        row = self.row
        begin = row.after(at, "from")
        if begin == at:
            return None
        which, core = row.which(begin)
        span = self.spans.at(row.after(core, "one"), which, is_framed=True, is_firm=True)
        if span and span.first:
            return Phrase(at, span.stop, Role.START, span.first, is_guess=span.is_edge_guess)
        name = self.names.at(begin)
        if name is None:
            return None
        if name.is_impossible:
            return Phrase(at, name.stop, Role.NOTHING, why=Why.IMPOSSIBLE, about=(begin, name.stop))
        if name.is_bare and not (name.is_ordinal or row.says(at, "from_day")):
            return None
        if name.is_bare and row.is_price(name.stop):
            return None
        start = self.names.date(name)
        return Phrase(at, name.stop, Role.START, start, loose_start=name.loose) if start else None

    def _within(self, at: int) -> Phrase | None:
        """`in two weeks`, `in a fortnight's time`"""
        row = self.row
        begin = row.after(at, "within")
        days, stop = row.length(begin) if begin > at else (0, at)
        is_led = row.number(begin)[0] or row.value(begin, row.known.durations)[0] or row.says(stop, "time")
        if not days or not is_led or row.says(stop, "ago") or row.is_near(at, "playing"):
            return None
        start = row.almanac.today + timedelta(days=days)
        return Phrase(at, row.after(stop, "time"), Role.START, start)

    def _one_day(self, at: int) -> Phrase | None:
        """`on Friday`, `for the 3rd of May`: one day; a bare `Friday` is when it begins."""
        row = self.row
        begin = row.after(at, "on")
        name = self.names.at(begin)
        is_framed = begin > at
        if name is None:
            return None
        if name.is_impossible:
            return Phrase(at, name.stop, Role.NOTHING, why=Why.IMPOSSIBLE, about=(begin, name.stop))
        if not is_framed and name.whole == row.almanac.today and not name.is_alone:
            return None
        if name.feast and not self._is_feast_meant(name, is_framed=is_framed):
            return None
        is_led = row.says(at, "on_day") and not row.is_compound(name.stop) and not row.is_price(name.stop)
        is_ordinal = name.is_ordinal and (is_framed or row.says(begin, "the_day"))
        if name.is_bare and not (is_ordinal or is_led):
            return None
        start = self.names.date(name)
        if start is None:
            return Phrase(at, name.stop, Role.NOTHING, why=Why.UNKNOWN, about=(begin, name.stop)) if is_framed else None
        if row.is_near(at, "bring", words=CLOSE):
            return Phrase(at, name.stop, Role.END, end=start, loose_end=name.loose)
        if row.is_near(at, "collect", words=CLOSE):
            return Phrase(at, name.stop, Role.START, start, loose_start=name.loose)
        if name.feast and is_framed:
            period, is_guess = row.almanac.calendar.span(name.feast, row.almanac.today)
            if period and is_guess:
                return Phrase(at, name.stop, Role.SPAN, period.start, period.days, is_guess=True)
        if name.is_bare and not is_framed:
            return Phrase(at, name.stop, Role.NAMED, start, loose_start=name.loose, beside=0)
        role = Role.DAY if is_framed or name.is_alone or name.feast else Role.NAMED
        return Phrase(at, name.stop, role, start, None if role is Role.NAMED else 1, loose_start=name.loose)

    def _is_feast_meant(self, name: Name, *, is_framed: bool) -> bool:
        """`on New Year's Eve`, `a New Year's Eve gig`; not `a Christmas carol`."""
        row = self.row
        is_one_day = row.almanac.calendar.span(name.feast, row.almanac.today)[1] is False
        if row.says(name.stop, "event"):
            return is_one_day
        return is_framed and not row.is_compound(name.stop)

    # Length

    def _duration(self, at: int) -> Phrase | None:
        """`for two weeks`, `10 days`, `a fortnight`; not `for ten years`, nor what somebody has played for."""
        row = self.row
        begin = row.after(at, "for")
        if begin == at and row.says(at, "for_number") and row.number(at + 1)[0]:
            begin = at + 1
        days, stop = next(
            (found for place in (at, begin) if (found := row.value(place, row.known.durations))[0]), (None, at)
        )
        if days is None:
            one = row.after(begin, "one") if begin > at else begin
            number, after = (1, one) if one > begin else row.number(begin)
            unit, stop = row.value(after, row.known.units) if number else (None, at)
            if unit is None or (unit == 365 and number > 1) or (number == 1 and begin == at):
                return None
            days = number * unit
        if row.says(stop, "ago") or row.is_near(at, "playing"):
            return None
        if days == 365 and row.word(stop).isdecimal():
            return None  # For a year 4 pupil.
        is_rough = any(row.says(place, "rough") for place in range(begin, stop))
        return Phrase(at, stop, Role.LENGTH, days=days, is_guess=is_rough)

    def _joint(self, at: int, *, with_and: bool) -> int:
        """The place behind what joins two days: `to`, a dash, `and` after `between`, in other languages any word."""
        row = self.row
        at += row.word(at) == "," and (row.says(at + 1, "till") or row.says(at + 1, "until"))
        for kind in ("till", "until", "weak_till", *(["and"] if with_and else [])):
            if row.says(at, kind):
                return row.after(at, kind)
        if row.word(at) in DASHES:
            return at + 1 + (row.word(at + 1) == ">")
        return at + 1 if foreign_dates.is_foreign(row.almanac) and row.is_day(at + 1) else at


def _seen_from(row: Row, day: date) -> Row:
    """The same words, seen from another day: `from May to April`."""
    return Row(row.words, replace(row.almanac, today=day))
