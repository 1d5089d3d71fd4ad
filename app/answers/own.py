"""What a customer may be told of own rentals: facts, as the database had them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.rental.period import Period
from app.speech.marks import Topic

OF_RESERVED = frozenset({Topic.CANCEL, Topic.STATUS})
OF_OUT = frozenset({Topic.DUE, Topic.LONGER, Topic.EARLIER, Topic.PEOPLE})


@dataclass(frozen=True)
class Extension:
    """Until when a rental is wished to last, and what that costs `more`; None where it cannot be."""

    until: date
    more: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class OwnRental:
    """A rental of the customer's own. Money is in `currency`.

    It `is_out` when it was collected and has not come back, `is_back` when only its late fee is still to be told.
    `late_fee` is what was charged, or, while it is overdue, what it would be today. Its unit stands at, and comes back
    to, `place`. It could be extended until `latest`, None where only people can; `cancel_until` is the last day on
    which its customer can cancel it.
    """

    rental_id: int
    name: str
    brand: str
    size: str | None
    category: str
    period: Period
    is_out: bool
    is_back: bool
    total: Decimal
    deposit: Decimal
    late_fee: Decimal
    currency: str
    place: str
    days_late: int
    latest: date | None
    cancel_until: date
    extension: Extension | None = None

    @property
    def is_late(self) -> bool:
        return self.is_out and self.days_late > 0


@dataclass(frozen=True, kw_only=True)
class OwnAffairs:
    """What is asked of own rentals, and these: those that the answer shows, and how many `more` there are.

    `missing` are the kinds of instruments that were named and are not among them; the rentals are then all.
    """

    today: date
    topics: tuple[Topic, ...]
    rentals: tuple[OwnRental, ...] = ()
    more: int = 0
    missing: tuple[str, ...] = ()

    def about(self, topic: Topic) -> tuple[OwnRental, ...]:
        """Those that this question is about: who cancels speaks of what is not collected, who wants to keep it of what
        is out, where there are such.
        """
        if topic is Topic.OWED:
            return self.rentals
        here = tuple(rental for rental in self.rentals if not rental.is_back)
        if topic in OF_RESERVED or topic in OF_OUT:
            return tuple(rental for rental in here if rental.is_out == (topic in OF_OUT)) or here
        return here
