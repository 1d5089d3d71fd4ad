"""What there is to say of an offer or of a wish, before anybody words it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from app.rental.pricing import Per


@dataclass(frozen=True)
class Price:
    """An amount of money and what it is for; `days` where it is for the whole rental (Per.TOTAL)."""

    amount: Decimal
    currency: str
    per: Per
    days: int | None = None


Fact = str | int | date | Price | tuple[str, ...] | tuple[date, ...] | None


@dataclass(frozen=True)
class Reason:
    """Something to be said of an offer or of a wish: `name` is that of a text in every language, `facts` stand in it.

    Categories, levels and genres stand as slugs, places and makers as the shop writes them, money as a Price (of a
    wish, with the currency "": the shop's own). A fact may be None where it is not known. The names are those of the
    facets (`REASONS`, `WISHES`) and, where no facet has anything to say, SAID_OF_ANY.
    """

    name: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


# asked_about: nothing; fits: category, level (or None); at_places: where it stands; described: words that the customer
# said and its texts hold.
SAID_OF_ANY = ("asked_about", "fits", "at_places", "described")
