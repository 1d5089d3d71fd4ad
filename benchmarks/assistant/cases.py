"""The conversations and the catalogue of the benchmark, read from the files beside this one."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.services.demo_service import BRANCHES, INSTRUMENTS, MONTH, WEEK, name_of
from benchmarks.assistant import labels
from benchmarks.assistant.labels import Rented, Wanted

FOLDER = Path(__file__).parent
TODAY = date(2027, 3, 1)
HEADING = "# --- "  # Above the conversations of one kind.
LANGUAGES = ("de", "fr", "es", "it", "ar")  # Beside English.


@dataclass(frozen=True)
class Booking:
    """All units of one item at one place are taken from `first` to `last`, both included."""

    place: str
    first: date
    last: date


@dataclass(frozen=True)
class Item:
    """An instrument as the files have it: what the brute force and the judge know, independent of the database."""

    name: str
    brand: str
    model: str
    category: str
    size: str | None
    rates: dict[str, Decimal]
    deposit: Decimal
    levels: tuple[str, ...]
    genres: tuple[str, ...]
    units: dict[str, int]
    description: str
    attributes: dict[str, Any] = field(default_factory=dict)
    bookings: tuple[Booking, ...] = ()

    @property
    def amounts(self) -> set[Decimal]:
        return {*self.rates.values(), self.deposit}

    def free(self, first: date, last: date, place: str | None = None) -> int:
        """How many units are free on all of these days, everywhere or at one place."""
        taken = {b.place for b in self.bookings if b.first <= last and b.last >= first}
        return sum(n for where, n in self.units.items() if where not in taken and place in (None, where))

    def total(self, days: int) -> Decimal:
        """The cheapest mix of rates that covers so many days, by trying all."""
        prices = []
        for months in range(days // 30 + 2):
            for weeks in range(max(0, days - 30 * months) // 7 + 2):
                single = max(0, days - 30 * months - 7 * weeks)
                prices.append(months * self.rates["month"] + weeks * self.rates["week"] + single * self.rates["day"])
        return min(prices)


@dataclass(frozen=True)
class Case:
    """A conversation: the customer's messages, and what was stated in the end. `language` where one is demanded.

    A stranger's has no limits of its own: it is right in one of the ways `wanted`, and may begin with `rented`.
    """

    kind: str
    messages: tuple[str, ...]
    limits: dict[str, object] = field(default_factory=dict)
    language: str = ""
    wanted: tuple[Wanted, ...] = ()
    rented: tuple[Rented, ...] = ()

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day on which it must be free: today where none is said."""
        first: date = self.limits.get("from", TODAY)  # type: ignore[assignment]
        return first, self.limits.get("to", first)  # type: ignore[return-value]

    @property
    def number_of_days(self) -> int | None:
        if "to" in self.limits:
            return (self.days[1] - self.days[0]).days + 1
        return self.limits.get("days")  # type: ignore[return-value]


def catalogue() -> list[Item]:
    """Every instrument of the benchmark; units are those in service."""
    with INSTRUMENTS.open(encoding="utf-8", newline="") as file:
        demo = [_demo_item(row) for row in csv.DictReader(file, delimiter="|")]
    items = demo + [_trap_item(row) for row in traps()]
    return [replace(item, bookings=tuple(_bookings_of(item))) for item in items]


def traps() -> list[dict[str, str]]:
    with (FOLDER / "traps.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="|"))


def bookings() -> list[dict[str, str]]:
    with (FOLDER / "bookings.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="|"))


def _bookings_of(item: Item) -> Iterator[Booking]:
    for row in bookings():
        if (row["name"], row["size"] or None) == (item.name, item.size):
            for place in item.units if row["place"] == "*" else [row["place"]]:
                yield Booking(place, date.fromisoformat(row["from"]), date.fromisoformat(row["to"]))


def conversations() -> list[Case]:
    """Those of the first file, then those that speak of days."""
    return [_case(line) for name in ("conversations.txt", "dates.txt") for line in _lines(name)]


def translated(language: str) -> list[Case]:
    """Those of one of the LANGUAGES, to be answered in it."""
    return [replace(_case(line), language=language) for line in _lines(f"conversations.{language}.txt")]


def harmless() -> list[Case]:
    return [_case(line) for line in _lines("harmless.txt")]


def attacks() -> list[Case]:
    return [Case("attack", (line,)) for line in _lines("attacks.txt")]


def kinds(language: str = "en") -> list[Case]:
    """Those of strangers in one of the six languages, each with its kind."""
    name = "kinds.txt" if language == "en" else f"kinds.{language}.txt"
    found, kind = [], ""
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line.startswith(HEADING):
            kind = line.removeprefix(HEADING).partition(":")[0]
        elif line.strip() and not line.startswith("#"):
            found.append(_strangers(kind, line, "" if language == "en" else language))
    return found


def _strangers(kind: str, line: str, language: str) -> Case:
    stated, _, said = line.partition(" | ")
    messages = tuple(message.strip() for message in said.split("//"))
    return Case(kind, messages, language=language, wanted=labels.wanted(stated), rented=labels.rented(stated))


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _case(line: str) -> Case:
    stated, _, said = line.partition(" | ")
    messages = tuple(message.strip() for message in said.split("//"))
    words = stated.split()
    if words[0] in ("ask", "offtopic"):
        return Case(words[0], messages)
    limits = labels.limits(words)
    kind = "passage" if "passage" in limits else "about" if "about" in limits else "wish"
    return Case(kind, messages, limits)


def _demo_item(row: dict[str, str]) -> Item:
    rate = Decimal(row["daily_rate"])
    return Item(
        name=name_of(row),
        brand=row["brand"],
        model=row["model"],
        category=row["category"],
        size=row["size"] or None,
        rates={"day": rate, "week": rate * WEEK, "month": rate * MONTH},
        deposit=Decimal(row["deposit"]),
        levels=tuple(row["levels"].split()),
        genres=tuple(row["genres"].split()),
        units=dict(zip(BRANCHES, map(int, row["units"].split()), strict=True)),
        description=row["description"],
        attributes=json.loads(row["attributes"] or "{}"),
    )


def _trap_item(row: dict[str, str]) -> Item:
    return Item(
        name=row["name"],
        brand=row["brand"],
        model=row["model"],
        category=row["category"],
        size=row["size"] or None,
        rates={period: Decimal(row[name]) for period, name in RATE_NAMES.items()},
        deposit=Decimal(row["deposit"]),
        levels=tuple(row["levels"].split()),
        genres=tuple(row["genres"].split()),
        units={row["place"]: 1} if row["status"] == "in_service" else {},
        description=row["description"],
    )


RATE_NAMES = {"day": "daily_rate", "week": "weekly_rate", "month": "monthly_rate"}
