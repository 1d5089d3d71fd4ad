"""What is asked of one instrument, answered: the fact that was asked for, and nothing that the catalogue does not tell.

A fact of a column has a sentence of its own. For all else the description and the attributes are asked: what they say
of it is quoted, in the catalogue's words; where they say nothing, that is said, with whom to ask.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from app.answers import facts
from app.answers.evidence import Evidence
from app.answers.phrases import Phrases
from app.answers.sentences import SENTENCE_END
from app.needs.facets.genres import Genres
from app.needs.facets.level import Level
from app.needs.facets.place import Place
from app.needs.reason import Price
from app.rental.offer import Offer
from app.rental.pricing import Per
from app.speech import lexicon
from app.speech.language import language_of
from app.speech.marks import Fact
from app.speech.words import plain_words
from app.vocabulary import spoken


def answered(evidence: Evidence, offer: Offer, phrases: Phrases) -> list[str]:
    """A sentence or two for each of the facts that are asked of this offer."""
    saying = _About(evidence, offer, phrases)
    asked = {*evidence.asked, *([Fact.RATES] if evidence.tells_sum else [])}
    columns = [ANSWERS[fact](saying) for fact in ANSWERS if fact in asked]
    topics = [fact for fact in evidence.asked if fact not in ANSWERS]
    return [*columns, *(saying.told(topics) if topics else ())]


def speaks_of(offer: Offer, topics: list[str]) -> str:
    """The sentences of its description that speak of one of these topics, in the catalogue's own words."""
    words = _words_of(topics)
    sentences = (sentence.strip() for sentence in SENTENCE_END.split(offer.description))
    return " ".join(sentence for sentence in sentences if words.intersection(plain_words(sentence)))


@dataclass(frozen=True)
class _About:
    """The sentences about one offer in the phrases of one language."""

    evidence: Evidence
    offer: Offer
    phrases: Phrases

    def deposit(self) -> str:
        return self.say("deposit", deposit=self.phrases.amount(self.offer.deposit, self.offer.currency))

    def rates(self) -> str:
        offer = self.offer
        prices = {per: self.phrases.price(Price(offer.price(per), offer.currency, per)) for per in Per if per.days}
        rates = {"day": prices[Per.DAY], "week": prices[Per.WEEK], "month": prices[Per.MONTH]}
        if offer.total is None:
            return self.say("rates", **rates)
        total = self.phrases.price(Price(offer.total, offer.currency, Per.TOTAL, offer.days))
        return self.say("rates_total", total=total, **rates)

    def place(self) -> str:
        """`Yes, it is at York`, where a place was named; else where it is to be had on these days."""
        offer, asked = self.offer, self.evidence.limits_asked
        place = asked[Place].location if asked else None
        if place and place in offer.locations:
            return self.say("here", place=place, days=self.days)
        if place and place in offer.all_locations:
            return self.say("taken_here", place=place, days=self.days)
        if place and offer.all_locations:
            return self.say("elsewhere", place=place, places=self.phrases.listed(offer.all_locations))
        return self.say("place", places=self.phrases.listed(offer.locations), days=self.days) if offer.locations else ""

    def level(self) -> str:
        levels = self.phrases.listed(self.phrases.level(level) for level in self.offer.skill_levels)
        asked = self.evidence.limits_asked[Level].skill_level if self.evidence.limits_asked else None
        if not levels:
            return self.unknown()
        if asked is None or asked == self.evidence.need[Level].skill_level:
            return self.say("level", levels=levels)
        return self.say("level_yes" if asked in self.offer.skill_levels else "level_no", levels=levels)

    def size(self) -> str:
        return self.say("size", size=self.offer.size) if self.offer.size else self.unknown()

    def genres(self) -> str:
        """For the genre that was asked for, if the catalogue names it."""
        asked = self.evidence.limits_asked[Genres].genres if self.evidence.limits_asked else ()
        known = self.offer.genres
        is_told = bool(known) and (not asked or bool({*asked} & {*known}))
        return self.say("genres", genres=self.phrases.genres(known)) if is_told else self.unknown()

    def stock(self) -> str:
        offer = self.offer
        if not offer.locations:
            return ""
        units = self.phrases.texts.count("reason.units_free", offer.units_available)
        return self.say("free", days=self.days, places=self.phrases.listed(offer.locations), units=units)

    def told(self, topics: list[str]) -> Iterator[str]:
        """What attributes and description tell of these topics, and that they tell no more."""
        attributes, described = self._attributes(topics), speaks_of(self.offer, topics)
        if attributes:
            yield self.say("attributes", facts=self.phrases.listed(attributes))
        if described:
            yield self.say("described", described=self.phrases.quoted(described))
        if not attributes and not described:
            yield self.unknown()
        elif not self._is_direct(described, attributes):
            yield self.say("no_more")

    def unknown(self) -> str:
        places = self.phrases.listed(self.offer.all_locations)
        return self.say("unknown_at", places=places) if places else self.say("unknown")

    @property
    def days(self) -> str:
        return self.phrases.days(self.offer.start, self.offer.period)

    def say(self, name: str, /, **words: str) -> str:
        return self.phrases.say(f"about.{name}", name=self.offer.name, **words)

    def _attributes(self, topics: list[str]) -> list[str]:
        """`keys: 88`, `weighted keys: yes`"""
        words = _words_of(topics)
        return [
            f"{spoken(name.replace('_', '-'))}: {self._value(value)}"
            for name, value in self.offer.attributes.items()
            if words.intersection(plain_words(f"{name.replace('_', ' ')} {value}"))
        ]

    def _value(self, value: str | float) -> str:
        if isinstance(value, bool):
            return self.phrases.say("about.yes" if value else "about.no")
        return str(value)

    def _is_direct(self, described: str, attributes: list[str]) -> bool:
        """Whether the very word that was asked for stands there, in the customer's language."""
        language = self.phrases.texts.language
        if language_of(described) not in (None, language):
            return False
        there = facts.stems(plain_words(" ".join((described, *attributes))), language)
        return bool(facts.stems(self.evidence.asked_words, language) & there)


def _words_of(topics: list[str]) -> frozenset[str]:
    return frozenset().union(*(lexicon.words_telling("topic", topic) for topic in topics))


ANSWERS: Mapping[str, Callable[[_About], str]] = {
    Fact.DEPOSIT: _About.deposit,
    Fact.RATES: _About.rates,
    Fact.LEVEL: _About.level,
    Fact.SIZE: _About.size,
    Fact.GENRES: _About.genres,
    Fact.STOCK: _About.stock,
    Fact.PLACE: _About.place,
}
