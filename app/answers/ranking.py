"""Which of the fitting candidates to recommend, in which order, and why."""

from collections import Counter
from collections.abc import Callable
from itertools import groupby

from app.answers.evidence import Choice
from app.needs.facet import Facet
from app.needs.facets import leanings, limits
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.facets.kinds import Kinds
from app.needs.facets.quantity import Quantity
from app.needs.facets.thrift import Thrift
from app.needs.need import Need
from app.needs.reason import Reason
from app.rental.offer import Offer
from app.rental.pricing import Per
from app.speech import lexicon
from app.vocabulary import FAMILY_OF


def choose(
    need: Need,
    candidates: list[Offer],
    limit: int,
    words: tuple[str, ...] = (),
    relaxed: type[Facet] | None = None,
    alike: tuple[int, ...] = (),
) -> tuple[Choice, ...]:
    """The best `limit` candidates, best first: what they match, then the lower rate, the better condition, the older.

    `words` are searched for in names and descriptions, `alike` are ids that mean what was said, best first. Where a
    limit was relaxed, nearness to it comes first; who asks for cheap ones gets the lowest rate first.
    """

    thrift = need[Thrift]
    compared = Per.TOTAL if need[Days].days else need[Budget].limited(need[Days])

    def order(offer: Offer) -> tuple[float, ...]:
        far = need[relaxed].distance(offer, need) if relaxed else 0
        matched = -(_score(need, offer, words) + _likeness(offer, alike))
        rate = float(offer.price(compared)) * (-1 if thrift.dear else 1)
        ordered = (rate, matched) if thrift.cheap and not is_named(offer, words) else (matched, rate)
        return (far, *ordered, "new" not in offer.conditions, offer.instrument_id)

    best = _varied(sorted(candidates, key=order), lambda candidate: order(candidate)[:2])[:limit]
    return tuple(_choice(need, candidate, relaxed) for candidate in best)


def _choice(need: Need, offer: Offer, relaxed: type[Facet] | None) -> Choice:
    reasons = _reasons(need, offer, relaxed)
    return Choice(offer, reasons, relaxed, need[Quantity].quantity)


def _varied(ordered: list[Offer], merit: Callable[[Offer], tuple[float, ...]]) -> list[Offer]:
    """The same order, but among candidates of equal merit each kind has its turn: a microphone, then a PA system."""
    varied: list[Offer] = []
    for _, equals in groupby(ordered, key=merit):
        turns: Counter[str] = Counter()
        placed = []
        for candidate in equals:
            placed.append((turns[candidate.category], candidate))
            turns[candidate.category] += 1
        varied += [candidate for _, candidate in sorted(placed, key=lambda place: place[0])]
    return varied


def _score(need: Need, offer: Offer, words: tuple[str, ...]) -> float:
    named = set(lexicon.search_words(f"{offer.name} {offer.brand} {offer.model}"))
    described = set(lexicon.search_words(offer.description))
    said = 10 * len(named.intersection(words)) + len(described.intersection(words))
    # Who names no instrument hardly wants what only makes one louder.
    is_beside = need[Kinds].is_empty and FAMILY_OF.get(offer.category) == "sound"
    return said + sum(facet.merit(offer, need) for facet in need) - 8 * is_beside


def _likeness(candidate: Offer, alike: tuple[int, ...]) -> float:
    """From 9 for the one that means most alike down to 0: more than a leaning, less than being named."""
    if candidate.instrument_id not in alike:
        return 0.0
    return 9.0 * (1 - alike.index(candidate.instrument_id) / len(alike))


def is_named(candidate: Offer, words: tuple[str, ...]) -> bool:
    """Whether one of the words belongs to its maker or model."""
    return bool(set(lexicon.search_words(f"{candidate.brand} {candidate.model}")).intersection(words))


def _reasons(need: Need, offer: Offer, relaxed: type[Facet] | None) -> tuple[Reason, ...]:
    """How it breaks the limit that gave way, then what speaks for it: leanings, then the limits that it keeps."""
    broken = (need[relaxed].relaxation(offer, need),) if relaxed else ()
    kept = [facet for facet in (*leanings(), *reversed(limits())) if facet is not relaxed]
    reasons = (*broken, *(reason for facet in kept for reason in need[facet].reasons(offer, need)))
    return reasons or (_here(offer),)


def _here(offer: Offer) -> Reason:
    """What there is to say of an offer of which nothing was asked but its kind: where it is. A level is no reason."""
    return Reason("at_places", {"places": offer.locations}) if offer.locations else fits(offer)


def fits(offer: Offer) -> Reason:
    """What there is to say of any offer: its kind, and for whom it is."""
    return Reason("fits", {"category": offer.category, "level": next(iter(offer.skill_levels), None)})
