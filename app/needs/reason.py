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


Fact = str | int | date | Price | tuple[str, ...] | None


@dataclass(frozen=True)
class Reason:
    """Something to be said of an offer: `name` is that of a text in every language, `facts` are what stands in it.

    Categories, levels and genres stand as slugs, places and makers as the shop writes them, money as a Price. Parts of
    a wish are told in the same way. The names, and their facts:

    | what speaks for an offer | asked_about {}, fits {category, level?}, suits_level {level}, plays {genres},
      headphones {}, made_by {maker}, size {size}, size_usual_at {size, age}, units_free {units}, within_limit {price},
      free_at {place} |
    | how it breaks the limit that gave way | elsewhere {place, places}, other_maker {maker, other},
      fewer_units {units, quantity}, above_limit {price, limit}, below_limit {price, limit},
      other_size {size?, age?, other?}, seen_before {}, other_kind {category, absent?}, other_days {start?, last?} |
    | a part of a wish | pieces {quantity}, kinds {categories}, absent {absent}, not_kinds {categories}, by {maker},
      not_by {makers}, in_size {size}, at_age {age}, at_least {price}, at_most {price}, for_level {level},
      for_genres {genres}, quiet {}, cheap {}, at_place {place}, for_days {days} |

    With "?" a fact may be None. A Price in a wish has the currency "" (the shop's own).
    """

    name: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
