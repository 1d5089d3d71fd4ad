"""The name of several days: `next weekend`, `the first two weeks of March`, `mid May`, `over Easter`, `this summer`."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.rental.period import Period
from app.speech.almanac import WEEK
from app.speech.days.row import Row

DAY = timedelta(days=1)
THIRD = 10  # The beginning of a month is a third of it.
LAST = -1
HALF = 15
MONTH, YEAR = 30, 365  # The units of these names, in days.


@dataclass(frozen=True)
class Span:
    """Days up to the word `stop`; without a `period`, the calendar does not know when they are.

    `opens` and `closes` are the days meant by "from" and "until" this span: "from the end of May" begins with the end,
    "until the end of May" ends with it. `is_guess` and `is_edge_guess`: whether all of it, or these, had to be guessed.
    """

    stop: int
    period: Period | None
    is_guess: bool = False
    opens: date | None = None
    closes: date | None = None
    is_edge_guess: bool = False

    @property
    def first(self) -> date | None:
        return self.opens or (self.period.start if self.period else None)

    @property
    def last(self) -> date | None:
        return self.closes or (self.period.last if self.period else None)


class Spans:
    """The spans in a row of words."""

    def __init__(self, row: Row):
        self.row = row

    def at(self, at: int, which: str = "", *, is_framed: bool = False, is_firm: bool = False) -> Span | None:
        """The span whose name begins here. `is_framed`: a word before it says that a time is meant; `is_firm`: it can
        mean nothing else ("over", "until"), so that what follows does not matter.
        """
        return (
            self._weekend(at, which)
            or self._unit(at, which)
            or self._part(at)
            or self._ranked(at)
            or self._feast(at, which, is_framed=is_framed, is_firm=is_firm)
            or self._season(at, is_framed=is_framed, is_firm=is_firm)
            or self._month(at, which, is_framed=is_framed)
        )

    def _weekend(self, at: int, which: str) -> Span | None:
        """`weekend`, `weekend after next`"""
        row = self.row
        stop = row.after(at, "weekend")
        if stop == at:
            return None
        which, stop = row.which_behind(stop, which)
        if which == "last":
            return None
        far = row.says(stop, "after_next") or row.ends(at, "next_but_one")
        weekend = row.almanac.weekend("next" if far else which)
        period = Period(weekend.start + WEEK * DAY, weekend.end + WEEK * DAY) if far else weekend
        return Span(row.after(stop, "after_next"), period)

    def _unit(self, at: int, which: str) -> Span | None:
        """`this week`, `next month`, `the week after next`"""
        row, almanac = self.row, self.row.almanac
        unit, stop = row.value(at, row.known.units)
        if unit not in (WEEK, MONTH, YEAR):
            return None
        far = row.says(stop, "after_next") or row.ends(at, "next_but_one")
        if far and unit == WEEK:
            monday = almanac.week("next").end
            return Span(row.after(stop, "after_next"), Period.of_days(monday, WEEK))
        which, stop = row.which_behind(stop, which)
        if which not in ("this", "next") or unit == YEAR:
            return None
        return Span(stop, almanac.week(which) if unit == WEEK else almanac.this_month(which))

    def _part(self, at: int) -> Span | None:
        """`end of May`, `Anfang nächsten Monats`, `mi-avril`, `end of term`"""
        row = self.row
        part, core = row.value(at, row.known.parts)
        if part is None:
            return None
        target = self._whole(row.behind(core, "of", "one"))
        if target is None or target.period is None:
            return target
        start, end = target.period.start, target.period.end
        third = min(THIRD, max(1, target.period.days // 3))
        cuts = {"beginning": (start, start + third * DAY), "end": (start + 2 * third * DAY, end)}
        period = Period(*cuts.get(part, (start + third * DAY, start + 2 * third * DAY)))
        middle = start + (target.period.days - 1) // 2 * DAY
        opens, closes = {"beginning": (start, start), "end": (period.start, end - DAY)}.get(part, (middle, middle))
        period = Period(max(period.start, min(row.almanac.today, period.last)), period.end)
        return Span(target.stop, period, True, opens, closes, is_edge_guess=part == "middle")

    def _whole(self, at: int) -> Span | None:
        """What a part can be of, all of it: a month, this or next week, month or year, a term."""
        row, almanac = self.row, self.row.almanac
        month, stop = row.value(at, row.known.months)
        if month:
            year, stop = row.year(stop)
            return Span(stop, almanac.whole_month(month, year))
        feast, stop = row.value(at, row.feasts)
        if feast:
            return Span(stop, almanac.calendar.span(feast, almanac.today)[0])
        season, stop = row.value(at, row.known.seasons)
        if season:
            year, stop = row.year(stop)
            return Span(stop, almanac.season(season, year))
        which, core = row.which(at)
        unit, stop = row.value(core, row.known.units)
        which, stop = row.which_behind(stop, which) if unit else (which, stop)
        ahead = which == "next"
        if unit == MONTH:
            return Span(stop, almanac.whole_month(almanac.today.month % 12 + 1 if ahead else almanac.today.month))
        if unit == WEEK:
            monday = almanac.week("next").start - (0 if ahead else WEEK) * DAY
            return Span(stop, Period.of_days(monday, WEEK))
        if unit == YEAR:
            year = almanac.today.year + ahead
            return Span(stop, Period(date(year, 1, 1), date(year + 1, 1, 1)))
        return None

    def _ranked(self, at: int) -> Span | None:
        """`first two weeks of March`, `last weekend in May`, `der ersten Märzwoche`, `first Saturday of June`"""
        row = self.row
        rank, count, core = 0, 0, row.after(at, "one")
        for _ in range(2):
            found, stop = self._rank(core)
            rank, core = (found, stop) if found and not rank else (rank, core)
            number, stop = row.number(core)
            count, core = (number, stop) if number and not count and not self._rank(core)[0] else (count, core)
        glued = self._glued(core) if rank else None
        if glued:
            return self._counted(core + 1, glued, rank, (count or 1) * WEEK)
        kind, stop = self._counted_kind(core)
        if not kind:
            return None
        behind, after = (0, stop) if rank else self._rank(stop)
        rank, stop = (behind, after) if behind else (rank, stop)
        of = row.after(row.after(stop, "of"), "in") if row.says(stop, "of") else row.after(stop, "in")
        target = self._whole(row.after(of, "one")) if rank and of > stop else None
        if target is None or target.period is None:
            return target
        if isinstance(kind, int):
            return self._counted(target.stop, target.period, rank, kind * (count or 1))
        return self._one_of(target.stop, target.period, rank, kind)

    def _rank(self, at: int) -> tuple[int, int]:
        row = self.row
        if row.says(at, "final"):
            return LAST, row.after(at, "final")
        rank, stop = row.value(at, row.known.ordinals)
        return (rank, stop) if rank and rank <= 5 else (0, at)

    def _counted_kind(self, at: int) -> tuple[int | str, int]:
        """Days of a unit, or `weekend`, `half`, the number of a weekday as `d5`; "" for none."""
        row = self.row
        for kind in ("weekend", "half"):
            if row.says(at, kind):
                return kind, row.after(at, kind)
        weekday, stop = row.value(at, row.known.weekdays)
        if weekday is not None:
            return f"d{weekday}", stop
        unit, stop = row.value(at, row.known.units)
        if unit in (1, WEEK):
            return int(unit), stop
        days, stop = row.value(at, row.known.durations)
        return (int(days), stop) if days and days < MONTH else ("", at)

    def _glued(self, at: int) -> Period | None:
        """`Märzwoche`: the month in it."""
        row, word = self.row, self.row.word(at)
        for (unit, *more), days in row.known.units.items():
            if days == WEEK and not more and word.endswith(unit) and word != unit:
                month = row.known.months.get((word.removesuffix(unit),))
                return row.almanac.whole_month(month) if month else None
        return None

    def _counted(self, stop: int, month: Period, rank: int, days: int) -> Span:
        if rank == LAST:
            return Span(stop, Period(max(month.start, month.end - days * DAY), month.end), True)
        first = month.start + (rank - 1) * days * DAY
        return Span(stop, Period(first, min(first + days * DAY, max(month.end, first + DAY))), True)

    def _one_of(self, stop: int, month: Period, rank: int, kind: str) -> Span | None:
        if kind == "half":
            middle = month.start + HALF * DAY
            return Span(stop, Period(month.start, middle) if rank == 1 else Period(middle, month.end))
        weekday = 5 if kind == "weekend" else int(kind[1:])
        every = [day for n in range(month.days) if (day := month.start + n * DAY).weekday() == weekday]
        at = rank if rank == LAST else rank - 1
        if at >= len(every):
            return None
        return Span(stop, Period.of_days(every[at], 2 if kind == "weekend" else 1))

    def _feast(self, at: int, which: str, *, is_framed: bool, is_firm: bool) -> Span | None:
        """`over Christmas`, `half term`; not `for the Christmas concert`."""
        row = self.row
        feast, stop = row.value(at, row.feasts)
        if feast is None or not (is_framed or row.almanac.calendar.is_span(feast)):
            return None
        year, after = row.year(stop)
        stop = row.which_behind(after, which)[1]
        if row.is_compound(stop) and not is_firm:
            return None
        today = row.almanac.today
        period, is_guess = row.almanac.calendar.span(feast, date(year, 1, 1) if year and year > today.year else today)
        return Span(stop, period, is_guess)

    def _season(self, at: int, *, is_framed: bool, is_firm: bool) -> Span | None:
        """`summer 2027`; not `the summer fete`."""
        row = self.row
        season, stop = row.value(at, row.known.seasons)
        if season is None:
            return None
        year, after = row.year(stop)
        stop = row.which_behind(after, "")[1]
        is_meant = is_firm or not row.is_compound(stop)
        return Span(stop, row.almanac.season(season, year)) if (is_framed or year) and is_meant else None

    def _month(self, at: int, which: str, *, is_framed: bool) -> Span | None:
        """`in May`, `November 2027`, `july` between marks"""
        row = self.row
        month, stop = row.value(at, row.known.months)
        if month is None or row.says(stop, "verb") or row.is_day(stop):
            return None
        year, stop = row.year(stop)
        is_shy = row.slice(at, 1) in row.known.shy_months
        is_alone = not is_shy and row.is_between_marks(at, stop)
        if not (is_framed or year or is_alone):
            return None
        if not is_shy and row.is_compound(stop) and not year and row.ends(at, "one"):
            return None
        return Span(row.which_behind(stop, which)[1], row.almanac.month(month, year))
