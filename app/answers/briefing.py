"""What a language model is told of one turn: the wish, and what the shop found for it, best first.

No price, day or number stands in it: these are ours to say, and a small model would only mix them up. The wish's place
stands in it only where something that was found is there: what a profile names may be somebody's home.
"""

from app.answers import facts, phrases
from app.answers.evidence import Evidence
from app.answers.phrases import Phrases
from app.answers.ranking import fits
from app.needs.facets.place import Place
from app.needs.intent import Kind
from app.needs.need import Need
from app.rental.offer import Offer

HEADING = "In our shop, best first:"
MOST_DESCRIBED = 300  # Characters.


def briefing(evidence: Evidence, language: str) -> str:
    said = phrases.of(language)
    language_name = said.texts.locale.get_language_name(said.texts.locale.language)
    parts = [f"Language of the answer: {language_name}."]
    wish = said.wish(_without_address(evidence).wish())
    if wish and evidence.kind is Kind.WISH:
        parts.append(f"The wish: {wish}.")
    if evidence.candidates:
        found = (f"{place}. {_line(offer, said)}" for place, offer in enumerate(evidence.candidates, 1))
        parts.append("\n".join([HEADING, *found]))
    else:
        parts.append("In our shop: nothing fits. Only greet, and ask what the customer would like to play.")
    return "\n".join(parts)


def _line(offer: Offer, said: Phrases) -> str:
    """`Yamaha P-145: digital piano, for beginners. Weighted keys and a compact body.`"""
    return f"{offer.name}: {said.reasons((fits(offer),))} {facts.description(offer)[:MOST_DESCRIBED]}".strip()


def _without_address(evidence: Evidence) -> Need:
    places = {place for choice in evidence.choices for place in choice.offer.locations}
    return evidence.need if evidence.need[Place].location in places else evidence.need.without(Place)
