"""From the names of days to dates: what `Friday`, `next weekend`, `3 May` and `this summer` are, seen from one day."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from app.rental.period import Period
from app.speech.days.feasts import Calendar

DAY = timedelta(days=1)
SATURDAY, WEEK = 5, 7
EVERYWHERE = Calendar()  # The feasts that need no country.
FIRST_MONTH = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}  # The meteorological seasons of the north.


@dataclass(frozen=True)
class Almanac:
    """Seen from `today`, for a customer who writes 5/3 as the fifth of March, or with `month_first` as May the third.

    `language` is the customer's, as in BCP 47, `calendar` the shop's.
    """

    today: date
    month_first: bool = False
    language: str = "en"
    calendar: Calendar = EVERYWHERE

    @classmethod
    def of(cls, today: date, language: str | None, calendar: Calendar = EVERYWHERE) -> "Almanac":
        """For a language of the profile. Only Americans, among those who name it, write the month first."""
        language = language or "en"
        return cls(today, language.lower() == "en-us", language.partition("-")[0].lower(), calendar)

    def day(self, day: int, month: int, year: int | None = None) -> date | None:
        """This date; without a year, the next one of its name. None for one that no calendar has."""
        for candidate in [year] if year else range(self.today.year, self.today.year + 9):
            if not 1 <= month <= 12 or not 1 <= day <= 31 or not 1 <= candidate <= 9000:
                return None
            if day <= monthrange(candidate, month)[1]:
                found = date(candidate, month, day)
                if year or found >= self.today:
                    return found
        return None

    def numeric(self, first: int, second: int, year: int | None = None) -> date | None:
        """`5/3`, in the customer's order; the other way round where only that is a date."""
        order = ((second, first), (first, second)) if self.month_first else ((first, second), (second, first))
        return next((found for day, month in order if (found := self.day(day, month, year))), None)

    def day_of_month(self, day: int) -> date | None:
        """`the 15th`: the next one."""
        for months in range(12):
            year, month = divmod(self.today.year * 12 + self.today.month - 1 + months, 12)
            found = self.day(day, month + 1, year)
            if found and found >= self.today:
                return found
        return None

    def weekday(self, number: int, which: str = "", after: date | None = None) -> date:
        """The coming one (0 is Monday; today's name means in a week), that of next week, or the first from a day on."""
        if after:
            return after + DAY * ((number - after.weekday()) % WEEK)
        if which == "next":
            return self.week("next").start + DAY * number
        return self.today + DAY * ((number - self.today.weekday() - 1) % WEEK + 1)

    def week(self, which: str) -> Period:
        """From today to Sunday, or the next one from Monday on."""
        monday = self.today - DAY * self.today.weekday() + DAY * WEEK
        return Period.of_days(monday, WEEK) if which == "next" else Period(self.today, monday)

    def weekend(self, which: str) -> Period:
        """Saturday and Sunday of this week, or of the next one."""
        saturday = self.week("next").start - 2 * DAY + (DAY * WEEK if which == "next" else 0 * DAY)
        return Period(max(saturday, self.today), saturday + 2 * DAY)

    def whole_month(self, number: int, year: int | None = None) -> Period:
        """The month of this name, the days of it that are over as well; without a year, the next that is not over."""
        years = [year] if year else [self.today.year, self.today.year + 1]
        months = (Period(date(y, number, 1), date(y + number // 12, number % 12 + 1, 1)) for y in years)
        return next(month for month in months if year or month.end > self.today)

    def month(self, number: int, year: int | None = None) -> Period:
        """The whole month of this name; what is left of it if it has begun."""
        return self._left(self.whole_month(number, year))

    def this_month(self, which: str) -> Period:
        """What is left of this month, or the whole next one."""
        return self.month(self.today.month % 12 + 1 if which == "next" else self.today.month)

    def season(self, name: str, year: int | None = None) -> Period:
        """Three whole months; what is left of them if they have begun. A winter is of the year in which it begins."""
        first = FIRST_MONTH[name]
        for begins in [year] if year else range(self.today.year - 1, self.today.year + 2):
            begin = date(begins, first, 1)
            end = date(begins + (first + 3 > 12), (first + 2) % 12 + 1, 1)
            if year or end > self.today:
                return self._left(Period(begin, end))
        raise AssertionError("a season ends within two years")

    def _left(self, period: Period) -> Period:
        """What is left of it; all of it where it is over."""
        return Period(max(period.start, self.today), period.end) if period.end > self.today else period
