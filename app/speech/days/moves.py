"""What is said against the days before: `two days longer`, `a week later`, `the week after that`, `same end`."""

from collections.abc import Callable

from app.speech.days.names import Names
from app.speech.days.row import Row
from app.speech.days.said import Move, Phrase, Role
from app.speech.days.spans import Spans

WEEKEND, WEEK = 2, 7
CLOSE = 4  # Words between "bring it back" and the day.


class Moves:
    """The moves in a row of words."""

    def __init__(self, row: Row, names: Names, spans: Spans):
        self.row, self.names, self.spans = row, names, spans
        places = range(len(row))
        self._keeps_days = any(row.says(at, "same_days") for at in places)

    def at(self, at: int) -> Phrase | None:
        """The move that is said here."""
        return (
            self._longer(at)
            or self._by(at)
            or self._later(at)
            or self._following(at)
            or self._other_month(at)
            or self._same(at)
        )

    def _longer(self, at: int) -> Phrase | None:
        """`two days longer`, `another week`, `two more days`, `one day less`"""
        row = self.row
        days, stop = row.length(at)
        for sign, kind in ((1, "longer"), (-1, "shorter")):
            behind = row.after(stop, kind)
            if days and behind > stop and not row.is_compound(behind):
                return self._move(at, behind, Move(longer=sign * days))
        number, more = row.amount(at)
        again = row.after(more, "more")
        unit, stop = row.value(again, row.known.units) if again > more else (None, at)
        return self._move(at, stop, Move(longer=(number or 1) * unit)) if unit else None

    def _by(self, at: int) -> Phrase | None:
        """`extend it by a week`, `shorten it by two days`, `push it back by a week`"""
        row = self.row
        kinds: dict[str, Callable[[int], Move]] = {
            "extend": lambda days: Move(longer=days),
            "shorten": lambda days: Move(longer=-days),
            "postpone": lambda days: Move(later=days),
            "prepone": lambda days: Move(later=-days),
        }
        for kind, move in kinds.items():
            days, stop = row.length(row.after(at, kind)) if row.says(at, kind) else (0, at)
            if days:
                return self._move(at, stop, move(days))
        return None

    def _later(self, at: int) -> Phrase | None:
        """`one week later`, `two days earlier`; of the last day, where it is to be brought back then"""
        row = self.row
        begin = row.after(at, "by")
        if row.says(begin, "definite"):
            return None
        days, stop = row.length(begin)
        for sign, kind in ((1, "later"), (-1, "earlier")):
            if days and row.says(stop, kind):
                step, is_end = sign * days, row.is_near(at, "bring", words=CLOSE)
                return self._move(at, row.after(stop, kind), Move(longer=step) if is_end else Move(later=step))
        return None

    def _following(self, at: int) -> Phrase | None:
        """`the week after that`, `the following weekend`, `the day before`"""
        row = self.row
        begin = row.after(row.after(at, "on"), "one")
        led = row.after(begin, "following")
        weekend = row.after(led, "weekend")
        unit, stop = (WEEKEND, weekend) if weekend > led else row.value(led, row.known.units)
        if unit is None or row.says(stop, "after_next"):
            return None
        before = led == begin and row.says(stop, "the_one_before")
        behind = led == begin and row.says(stop, "the_one_after")
        if not (before or behind or led > begin):
            return None
        stop = row.after(stop, "the_one_before" if before else "the_one_after")
        name = self.names.at(stop)
        if (name and not name.is_bare) or row.is_compound(stop):
            return None  # The week after Easter; the week after my exam.
        if unit == 1:
            return Phrase(at, stop, Role.NAMED, beside=-1 if before else 1)
        if before:
            return self._move(at, stop, Move(later=-(WEEK if unit == WEEKEND else unit)))
        fallback = self.spans.at(led, "next") if unit != 365 else None
        period = fallback.period if fallback else None
        move = Move(after=WEEK if unit == WEEKEND else unit)
        return Phrase(at, stop, Role.MOVE, period.start if period else None, period.days if period else None, move=move)

    def _other_month(self, at: int) -> Phrase | None:
        """`April I meant`, `I meant April`, `April, same days`"""
        row = self.row
        led = row.after(at, "meant")
        begin = row.after(led, "in")
        month, stop = row.value(begin, row.known.months)
        if month is None or row.is_day(stop):
            return None
        behind = row.after(stop + (row.word(stop) == ","), "meant")
        is_meant = led > at or row.says(stop + (row.word(stop) == ","), "meant")
        if not (is_meant or self._keeps_days):
            return None
        period = row.almanac.month(month)
        stop = behind if row.says(stop + (row.word(stop) == ","), "meant") else stop
        return Phrase(at, stop, Role.MOVE, period.start, period.days, move=Move(month=month))

    def _same(self, at: int) -> Phrase | None:
        """`same end`, `same days`"""
        row = self.row
        if row.says(at, "same_end"):
            return self._move(at, row.after(at, "same_end"), Move(keeps_end=True))
        return self._move(at, row.after(at, "same_days"), Move()) if row.says(at, "same_days") else None

    def _move(self, at: int, stop: int, move: Move) -> Phrase:
        return Phrase(at, stop, Role.MOVE, move=move)
