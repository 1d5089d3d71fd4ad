"""What a process does before its first customer: every vocabulary is read once, which takes seconds."""

from datetime import date
from decimal import Decimal

from app.answers import passages
from app.answers.ground import Grounding
from app.needs.need import Need
from app.needs.understanding import understand
from app.rental.offer import Offer
from app.rental.pricing import Rates
from app.speech import languages
from app.speech.almanac import Almanac
from app.speech.shelf import Shelf

ONE = Decimal(1)
ANY_OFFER = Offer(
    instrument_id=0,
    name="",
    brand="",
    model="",
    category="cello",
    rates=Rates(ONE, ONE, ONE),
    deposit=ONE,
    currency="EUR",
)
MESSAGE = "a cello for 8 a day from Friday"
SENTENCES = "A cello. Hello. "


def warm_up() -> None:
    """Reads a message, finds a passage, and checks a model's sentence in every language."""
    understand(MESSAGE, Need(), Shelf(), Almanac(date(2027, 3, 1)))
    passages.warm_up()
    for language in languages.known():
        grounding = Grounding((ANY_OFFER,), language, MESSAGE)
        list(grounding.feed(SENTENCES))
