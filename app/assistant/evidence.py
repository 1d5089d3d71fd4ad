"""What an answer may rest on: instruments as the catalogue knew them when the question came."""

from dataclasses import dataclass
from decimal import Decimal

from app.assistant.need import Need


@dataclass(frozen=True)
class Candidate:
    """An instrument with the facts that an answer may state. Rates in `currency`, for a day, a week, thirty days."""

    instrument_id: int
    name: str
    brand: str
    model: str
    category: str
    daily_rate: Decimal
    weekly_rate: Decimal
    monthly_rate: Decimal
    deposit: Decimal
    currency: str
    skill_levels: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    size: str | None = None
    units_available: int = 0
    locations: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    description: str = ""

    def rate(self, period: str) -> Decimal:
        return {"day": self.daily_rate, "week": self.weekly_rate, "month": self.monthly_rate}[period]


@dataclass(frozen=True)
class Choice:
    """A candidate that the ranking recommends, and why."""

    candidate: Candidate
    reason: str


@dataclass(frozen=True)
class Evidence:
    """What an answer is made of. `relaxed` names the limit that had to give way, None when all were kept."""

    need: Need
    choices: tuple[Choice, ...] = ()
    relaxed: str | None = None
    subject: Candidate | None = None

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        chosen = tuple(choice.candidate for choice in self.choices)
        return chosen if self.subject is None or self.subject in chosen else (self.subject, *chosen)
