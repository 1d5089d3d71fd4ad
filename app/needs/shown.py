"""What the customer has in view."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Shown:
    """An instrument that the last list of recommendations held, or one of the catalogue that a message names.

    `is_subject`: the last answer was about this one alone. `brand` is the shop's own writing of its maker.
    """

    instrument_id: int
    daily_rate: Decimal
    name: str = ""
    brand: str = ""
    category: str = ""
    is_subject: bool = False


View = tuple[Shown, ...]


def in_focus(shown: View) -> Shown | None:
    """The one that `it` and `that one` mean: what was spoken of last, else what was recommended first."""
    return next((one for one in shown if one.is_subject), shown[0] if shown else None)
