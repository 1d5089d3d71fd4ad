"""All phrases of a message together: what it says of the days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from app.rental.period import Period
from app.speech.days.moves import CLOSE
from app.speech.days.row import Row
from app.speech.days.said import Dates, Loose, Move, Phrase, Role, Trouble, Why

DAY = timedelta(days=1)


@dataclass
class Together:
    """Takes up one phrase after the other. Of several that contradict each other the last one counts, unless both are
    whole ranges in one breath: then the second is another wish.

    `written` gives the words between two places as the customer wrote them.
    """

    row: Row
    written: Callable[[int, int], str]
    said: Dates = field(default_factory=lambda: Dates(""))
    _role: Role | None = None  # Of what said the first day.
    _length: int | None = None
    _named: date | None = None
    _last_stop: int = 0

    def all(self, phrases: Iterable[Phrase]) -> Dates:
        for phrase in phrases:
            self._take(phrase)
            self._last_stop = phrase.stop
        said = self.said
        is_one_day = self._role is Role.NAMED and not said.days and not said.end and said.start
        if is_one_day and any(self.row.says(at, "event") for at in range(len(self.row))):
            said = replace(said, days=1)
        if said.start and said.end and said.end < said.start:
            words = self.written(0, 0)
            said = replace(said, start=None, end=None, troubles=(*said.troubles, Trouble(Why.REVERSED, words)))
        return said

    def _take(self, phrase: Phrase) -> None:
        if phrase.why:
            about = phrase.about or (phrase.begin, phrase.stop)
            trouble = Trouble(phrase.why, self.written(*about), phrase.each, phrase.is_end)
            self.said = replace(self.said, troubles=(*self.said.troubles, trouble))
        if phrase.is_guess:
            self.said = replace(self.said, read_as=self.written(phrase.begin, phrase.stop))
        if phrase.beside:
            self._beside(phrase)
            return
        phrase = self._settled(phrase)
        named = phrase.start or phrase.end
        if named and phrase.role is not Role.MOVE and named < self.row.almanac.today:
            trouble = Trouble(Why.PAST, self.written(phrase.begin, phrase.stop), is_end=phrase.role is Role.END)
            self.said = replace(self.said, troubles=(*self.said.troubles, trouble))
            return
        self._named = named or self._named
        take = {
            Role.SPAN: self._span,
            Role.DAY: self._day,
            Role.NAMED: self._start,
            Role.START: self._start,
            Role.END: self._end,
            Role.LENGTH: self._set_length,
            Role.MOVE: self._move,
        }.get(phrase.role)
        if take:
            take(phrase)

    def _settled(self, phrase: Phrase) -> Phrase:
        """`in May, from the 6th until the 9th`: what is open in a day is settled by those that were named before it."""
        start, end, base = phrase.start, phrase.end, self.said.start
        if start and base and phrase.loose_start is Loose.MONTH and phrase.role is not Role.SPAN:
            start = _in_month(start.day, base.replace(day=1)) or start
            phrase = replace(phrase, start=start, loose_start=None)
        if start and base and phrase.loose_start is Loose.WEEK and phrase.is_range and start < base:
            phrase = replace(phrase, start=first_from(start, base, Loose.WEEK))
        if end and base and phrase.loose_end:
            phrase = replace(phrase, end=first_from(end, base, phrase.loose_end), loose_end=None)
        return phrase

    def _span(self, phrase: Phrase) -> None:
        said = self.said
        assert phrase.start is not None
        new = Period.of_days(phrase.start, phrase.days or 1)
        old = Period.of_days(said.start, said.days) if self._role is Role.SPAN and said.start and said.days else None
        are_two = phrase.is_range or self.row.says(self._last_stop, "and")
        is_apart = old is not None and (new.end <= old.start or old.end <= new.start)
        if are_two and is_apart and not self._is_corrected(phrase):
            self.said = replace(said, second=new)
            return
        is_part = self._length and self._length < new.days and not phrase.is_range  # For two weeks in May.
        days = self._length if is_part else phrase.days
        read_as = said.read_as if phrase.is_guess or is_part or not phrase.is_range else ""
        loose = phrase.loose_start if phrase.loose_start is Loose.MONTH else None
        self.said = replace(
            said, start=phrase.start, days=days, end=None, loose_start=loose, loose_end=None, read_as=read_as
        )
        self._role = Role.SPAN

    def _is_corrected(self, phrase: Phrase) -> bool:
        return any(self.row.says(at, "correction") for at in range(self._last_stop, phrase.begin))

    def _day(self, phrase: Phrase) -> None:
        """What happens on a day of a range that was named is no other range."""
        said = self.said
        known = Period.of_days(said.start, said.days) if said.start and said.days and self._role is Role.SPAN else None
        if known and phrase.start and known.start <= phrase.start < known.end and known.days > 1 and not phrase.why:
            if self._is_month(known):
                self._start(replace(phrase, role=Role.DAY))
            return
        if self._role is Role.START and said.start and phrase.start and phrase.start >= said.start:
            return
        days = self._length or phrase.days
        other = (
            Period.of_days(said.start, 1)
            if said.start and self._role is Role.DAY and said.start != phrase.start
            else None
        )
        second = other if other and self.row.says(self._last_stop, "and") else said.second
        self.said = replace(
            said, start=phrase.start, days=days, end=None, loose_start=phrase.loose_start, second=second
        )
        self._role = Role.DAY

    def _is_month(self, period: Period) -> bool:
        return period.days >= 28

    def _start(self, phrase: Phrase) -> None:
        days = self._length or (phrase.days if phrase.role is Role.DAY else None)
        if self._role is Role.START and phrase.role is Role.NAMED:
            return
        self.said = replace(self.said, start=phrase.start, days=days, loose_start=phrase.loose_start)
        self._role = phrase.role

    def _end(self, phrase: Phrase) -> None:
        self.said = replace(self.said, end=phrase.end, loose_end=phrase.loose_end)

    def _set_length(self, phrase: Phrase) -> None:
        self._length = phrase.days
        self.said = replace(self.said, days=phrase.days)

    def _move(self, phrase: Phrase) -> None:
        old, new = self.said.move or Move(), phrase.move or Move()
        move = Move(
            new.later or old.later,
            new.longer or old.longer,
            new.after or old.after,
            new.month or old.month,
            new.keeps_end or old.keeps_end,
        )
        self.said = replace(self.said, move=move)
        if phrase.start and not self.said.start:
            self.said = replace(self.said, start=phrase.start, days=phrase.days)

    def _beside(self, phrase: Phrase) -> None:
        """`the day before`: of the day that was named last; else of the days that were known."""
        if self._named is None:
            self._move(replace(phrase, move=Move(later=phrase.beside)))
            return
        day = self._named + phrase.beside * DAY
        if self.row.is_near(phrase.begin, "bring", words=CLOSE):
            self._end(Phrase(phrase.begin, phrase.stop, Role.END, end=day))
        elif day >= self.row.almanac.today:
            self._start(Phrase(phrase.begin, phrase.stop, Role.START, day))


def _in_month(day: int, first: date) -> date | None:
    """The day of this number from the first day of a month on, in that month or the next that has it."""
    days = (first + n * DAY for n in range(70))
    return next((found for found in days if found.day == day), None)


def first_from(day: date, first: date, loose: Loose) -> date:
    """The day of the same name, in its week or in its month, on or after `first`."""
    if loose is Loose.WEEK:
        return first + (day.weekday() - first.weekday()) % 7 * DAY
    return _in_month(day.day, first) or day


def near(day: int, known: date, today: date) -> date:
    """The day of this number that is nearest to a day that was known, and not over."""
    days = (known + sign * n * DAY for n in range(62) for sign in (1, -1))
    return next((found for found in days if found.day == day and found >= today), known)


def in_month(day: int, month: int, today: date) -> date | None:
    """The next day of this number in the month of this number."""
    days = (today + n * DAY for n in range(366))
    return next((found for found in days if (found.month, found.day) == (month, day)), None)
