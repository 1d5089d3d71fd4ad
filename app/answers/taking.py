"""Somebody wants to have an instrument: what it costs, and how it is reserved. The assistant itself books nothing."""

from app.answers.evidence import Evidence
from app.answers.phrases import Phrases
from app.needs.reason import Price
from app.rental.offer import Offer
from app.rental.pricing import Per


def taken(evidence: Evidence, offer: Offer, phrases: Phrases) -> list[str]:
    """The card's own request reserves it, once its days are known; until then they are asked for."""
    if offer.total is None or offer.period is None:
        return [phrases.say("take.when", name=offer.name)]
    total = phrases.price(Price(offer.total, offer.currency, Per.TOTAL, offer.days))
    deposit, days = phrases.amount(offer.deposit, offer.currency), phrases.days(offer.start, offer.period)
    return [
        phrases.say("take.ready", name=offer.name, days=days, total=total, deposit=deposit),
        phrases.say("take.press"),
    ]
