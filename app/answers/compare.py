"""Instruments side by side: only what differs, out of what the catalogue knows of all of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.answers import about, facts
from app.answers.evidence import Evidence
from app.answers.phrases import Phrases
from app.needs.facets.level import Level
from app.needs.facets.thrift import Thrift
from app.needs.reason import Price
from app.rental.offer import Offer
from app.rental.pricing import Per
from app.speech.language import language_of
from app.speech.marks import Fact


def compared(evidence: Evidence, phrases: Phrases) -> list[str]:
    """First what decides for one of them, then what differs, then how the catalogue describes each."""
    offers = evidence.compared
    saying = _Comparing(evidence, phrases)
    topics = [fact for fact in evidence.asked if fact not in about.ANSWERS]
    is_of_columns = bool(evidence.asked) and not topics
    asked = [fact for fact in evidence.asked if fact in LINES]
    told = [sentence for offer in offers for sentence in saying.quoted(offer, topics)] if topics else []
    decided = list(saying.decided())
    if decided and evidence.need[Thrift].cheap:
        return decided
    return [
        *decided,
        *(told or ([saying.say("unknown")] if topics else [])),
        *saying.beside([LINES[fact] for fact in asked] if is_of_columns and asked else list(LINES.values())),
        *(sentence for offer in offers if not evidence.asked for sentence in saying.described(offer)),
    ]


@dataclass(frozen=True)
class _Comparing:
    evidence: Evidence
    phrases: Phrases

    @property
    def offers(self) -> tuple[Offer, ...]:
        return self.evidence.compared

    def decided(self) -> Iterator[str]:
        """Which is the cheaper one, if that was asked; which of them suits the level of the player."""
        if self.evidence.need[Thrift].cheap:
            cheapest = min(self.offers, key=self._amount)
            is_one = sum(self._amount(offer) == self._amount(cheapest) for offer in self.offers) == 1
            price = self.price(cheapest)
            yield (
                self.say("cheaper", name=cheapest.name, price=price) if is_one else self.say("same_price", price=price)
            )
        level = self.evidence.need[Level].skill_level
        suiting = [offer for offer in self.offers if level in offer.skill_levels]
        if level and 0 < len(suiting) < len(self.offers):
            for offer in suiting:
                yield self.say("suits", name=offer.name, level=self.phrases.level(level))

    def beside(self, lines: list[tuple[str, Callable[["_Comparing", Offer], str]]]) -> list[str]:
        """Of each what differs: `Yamaha P-145: price 14.00 EUR a day; deposit 100.00 EUR.`"""
        told = [(label, [tell(self, offer) for offer in self.offers]) for label, tell in lines]
        differing = [(label, values) for label, values in told if all(values) and len(set(values)) > 1]
        if not differing:
            return [self.say("alike", names=self.phrases.listed(offer.name for offer in self.offers))]
        return [self._line(place, differing) for place in range(len(self.offers))]

    def _line(self, place: int, differing: list[tuple[str, list[str]]]) -> str:
        facts = (self.say("line", label=self.say(label), values=values[place]) for label, values in differing)
        described = f"{self.phrases.say('joint.offers').join(facts)}."
        return self.phrases.say("answer.about", name=self.offers[place].name, described=described)

    def price(self, offer: Offer) -> str:
        """For the days that are known, else a day's."""
        if offer.total is None:
            return self.phrases.price(Price(offer.daily_rate, offer.currency, Per.DAY))
        return self.phrases.price(Price(offer.total, offer.currency, Per.TOTAL, offer.days))

    def deposit(self, offer: Offer) -> str:
        return self.phrases.amount(offer.deposit, offer.currency)

    def kind(self, offer: Offer) -> str:
        return self.phrases.kind(offer.category)

    def size(self, offer: Offer) -> str:
        return offer.size or ""

    def levels(self, offer: Offer) -> str:
        return self.phrases.listed(self.phrases.level(level) for level in offer.skill_levels)

    def places(self, offer: Offer) -> str:
        return self.phrases.listed(offer.locations)

    def described(self, offer: Offer) -> Iterator[str]:
        """In the customer's language alone; a comparison needs no foreign quotation."""
        text = facts.description(offer)
        if text and language_of(text) in (None, self.phrases.texts.language):
            yield self.phrases.say("answer.about", name=offer.name, described=text)

    def quoted(self, offer: Offer, topics: list[str]) -> Iterator[str]:
        """What its description says of the topics that were asked for."""
        text = about.speaks_of(offer, topics)
        if text:
            yield self.phrases.say("about.described", name=offer.name, described=self.phrases.quoted(text))

    def say(self, name: str, /, **words: str) -> str:
        return self.phrases.say(f"compare.{name}", **words)

    def _amount(self, offer: Offer) -> Decimal:
        return offer.total if offer.total is not None else offer.daily_rate


# By the fact that asks for it: its label, and what stands there for an offer.
LINES: dict[str, tuple[str, Callable[[_Comparing, Offer], str]]] = {
    "kind": ("kind", _Comparing.kind),
    Fact.RATES: ("price", _Comparing.price),
    Fact.DEPOSIT: ("deposit", _Comparing.deposit),
    Fact.SIZE: ("size", _Comparing.size),
    Fact.LEVEL: ("levels", _Comparing.levels),
    Fact.PLACE: ("places", _Comparing.places),
}
