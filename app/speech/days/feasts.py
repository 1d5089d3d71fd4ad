"""The shop's calendar: feasts, the public holidays of its country, and the days that it gave names to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from dateutil.easter import easter  # type: ignore[import-untyped]

from app.rental.period import Period
from app.speech import languages
from app.speech.words import Phrase, words

YEARS_AHEAD = 3
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The feasts of a `country` (ISO 3166) and `subdivision`, and what the shop `named` (its terms, say): pairs of a
    name, as in `[feast]` of the languages or the shop's own, and its days.
    """

    country: str = ""
    subdivision: str = ""
    named: tuple[tuple[str, Period], ...] = ()

    def day(self, feast: str, today: date) -> date | None:
        """The next day of this feast; None for one that this calendar does not know."""
        return next((day for day in self._days(feast, today) if day >= today), None)

    def span(self, feast: str, today: date) -> tuple[Period | None, bool]:
        """The days of "over" this feast, and whether they are a guess; None where the calendar does not know them."""
        ours = sorted(period for name, period in self.named if name == feast and period.end > today)
        if ours:
            return ours[0], False
        before, after = _around().get(feast, (0, 0))
        for day in self._days(feast, today):
            period = Period.inclusive(day + before * DAY, day + after * DAY)
            if period.end > today:
                return Period(max(period.start, today), period.end), (before, after) != (0, 0)
        return None, False

    def is_span(self, feast: str) -> bool:
        """Whether its name alone means several days (half term), without a word like "over" before it."""
        is_ours = feast not in _rules() and not feast.startswith("public:")
        return is_ours or feast in languages.file(languages.ANY, "days")["span"]["words"]

    def own_names(self, year: int) -> dict[Phrase, str]:
        """The names that no language has, each as a phrase: the shop's, and those of this year's public holidays."""
        return _own_names(self, year)

    def _days(self, feast: str, today: date) -> Iterator[date]:
        """Its days, from last year on, in their order."""
        yield from sorted(period.start for name, period in self.named if name == feast)
        years = range(today.year - 1, today.year + YEARS_AHEAD)
        rule, _, name = (feast if feast.startswith("public:") else _rules().get(feast, "shop")).partition(":")
        if rule == "public":
            public = (day for year in years for day in self._public_days(name, year))
            yield from sorted(public)
        elif rule == "easter":
            yield from (easter(year) + int(name) * DAY for year in years)
        elif rule != "shop":
            month, day = map(int, rule.split("-"))
            yield from (date(year, month, day) for year in years)

    def _public_days(self, name: str, year: int) -> Iterator[date]:
        """The days that are called so; any public holiday for ""."""
        country, _, called = name.rpartition("/")
        own = self.country and {day: its for its, day in reversed(_public(self.country, self.subdivision, year))}
        theirs = own if own and any(_is_called(its, called) for its in own.values()) else _abroad(country, year)
        for day, its in theirs.items():
            if _is_called(its, called):
                yield day


@lru_cache(maxsize=64)
def _own_names(calendar: Calendar, year: int) -> dict[Phrase, str]:
    known = {phrase for _, _, said in languages.meanings("days", "feast") for phrase in map(_phrase, said)}
    ours = {_phrase(name.replace("-", " ")): name for name, _ in calendar.named if name not in _rules()}
    public = _public(calendar.country, calendar.subdivision, year) if calendar.country else ()
    theirs = {_phrase(name): f"public:{name}" for name, _ in public}
    return {phrase: name for phrase, name in theirs.items() if phrase not in known} | ours


def _phrase(said: str) -> Phrase:
    return tuple(words(said))


def _is_called(its: str, called: str) -> bool:
    return not called or called.casefold() in its.casefold()


def _abroad(country: str, year: int) -> dict[date, str]:
    return {day: its for its, day in reversed(_public(country, "", year))} if country else {}


@lru_cache(maxsize=64)
def _public(country: str, subdivision: str, year: int) -> tuple[tuple[str, date], ...]:
    """The public holidays of a year with their names, in English and as the country writes them."""
    import holidays

    found: dict[tuple[str, date], None] = {}
    for language in ("en_US", None):
        kept = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=language)
        found |= {(name, day): None for day, names in kept.items() for name in names.split("; ")}
    return tuple(found)


@cache
def is_country(country: str, subdivision: str = "") -> bool:
    """Whether the library knows this country, and this part of it."""
    from holidays.utils import list_supported_countries

    parts = list_supported_countries().get(country)
    return parts is not None and (not subdivision or subdivision in parts)


@cache
def _rules() -> dict[str, str]:
    """When each feast is: see `languages/any/days.toml`."""
    return dict(languages.file(languages.ANY, "days")["when"])


@cache
def _around() -> dict[str, tuple[int, int]]:
    return {
        feast: (before, after) for feast, (before, after) in languages.file(languages.ANY, "days")["around"].items()
    }
