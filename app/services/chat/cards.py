"""A recommendation as a client is told it, with the request that reserves it."""

from typing import Any

from app.answers import say
from app.answers.evidence import Choice, Evidence
from app.needs.facets.place import Place
from app.rental.offer import Offer
from app.services.chat.turn import Card


def cards(evidence: Evidence, language: str) -> list[Card]:
    """Those of what the evidence recommends, best first."""
    return [_card(choice, evidence.need[Place].location, language) for choice in evidence.choices]


def _card(choice: Choice, location: str | None, language: str) -> Card:
    offer = choice.offer
    return {
        "instrument_id": offer.instrument_id,
        "name": offer.name,
        "category": offer.category,
        "daily_rate": f"{offer.daily_rate:.2f}",
        "currency": offer.currency,
        "reason": say.reason(choice, language),
        "units_available": offer.units_available,
        "url": f"/api/instruments/{offer.instrument_id}",
        "total": None if offer.total is None else f"{offer.total:.2f}",
        "days": offer.days,
        "from": None if offer.start is None else str(offer.start),
        "to": None if offer.period is None else str(offer.period.last),
        "deposit": f"{offer.deposit:.2f}",
        "image_url": offer.image_url,
        "attributes": dict(offer.attributes),
        "quantity": choice.quantity,
        "part": choice.part,
        "reserve": _reservation(offer, location),
    }


def _reservation(offer: Offer, location: str | None) -> dict[str, Any] | None:
    """The request that reserves it, once its days are known: the customer sends it, the model never does."""
    if offer.period is None:
        return None
    days = {"start_date": str(offer.period.start), "end_date": str(offer.period.last)}
    place = {"location": location} if location in offer.locations else {}
    body = {"instrument_id": offer.instrument_id, **days, **place}
    return {"method": "POST", "path": "/api/rentals", "body": body}
