"""What an answer may rest on: instruments as the catalogue knew them, and the shop's own words."""

from dataclasses import dataclass
from typing import Any

from app.answers.passages import Passage
from app.needs.facet import Facet
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.rental.offer import Offer
from app.rental.pricing import Per


@dataclass(frozen=True)
class Choice:
    """A candidate that the ranking recommends, why (in words, and as data), and which limit had to give way for it."""

    candidate: Offer
    reason: str
    relaxed: type[Facet] | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What an answer is made of.

    `kind` says what was asked: a `wish`, `about` one instrument (the `subject`), a `question` that a `passage` answers,
    a `greeting`, `thanks`, something `off_topic`, or something `unclear`. `relaxed` names the limit that had to give
    way, None when all were kept; `is_meant` says that likeness of meaning led to the choices. A
    `notice` is what the customer must hear first: that the days asked for are over, for example.
    """

    need: Need
    choices: tuple[Choice, ...] = ()
    relaxed: type[Facet] | None = None
    subject: Offer | None = None
    passage: Passage | None = None
    kind: Kind = Kind.WISH
    is_meant: bool = False
    notice: str = ""

    @property
    def asks(self) -> bool:
        """Whether so little is known that a question is due."""
        return self.kind in (Kind.GREETING, Kind.UNCLEAR) and self.need.is_empty

    @property
    def candidates(self) -> tuple[Offer, ...]:
        chosen = tuple(choice.candidate for choice in self.choices)
        return chosen if self.subject is None or self.subject in chosen else (self.subject, *chosen)

    def as_data(self) -> dict[str, Any]:
        """Plain data to keep with the answer, so that it can be replayed."""
        return {
            "kind": self.kind,
            "need": self.need.as_data(),
            "relaxed": self.relaxed.NAME if self.relaxed else None,
            "passage": self.passage.title if self.passage else None,
            "shown": [
                {
                    "instrument_id": choice.candidate.instrument_id,
                    "rates": [str(choice.candidate.price(per)) for per in (Per.DAY, Per.WEEK, Per.MONTH)],
                    "total": None if choice.candidate.total is None else str(choice.candidate.total),
                    "start": None if choice.candidate.start is None else str(choice.candidate.start),
                    "days": choice.candidate.days,
                    "units_available": choice.candidate.units_available,
                    "reason": choice.reason,
                }
                for choice in self.choices
            ],
        }
