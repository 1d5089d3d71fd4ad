"""The sentences about the customer's own rentals. They are ours alone: no model is shown or words any of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.answers.own import OwnAffairs, OwnRental
from app.answers.phrases import Phrases
from app.speech.marks import Topic


def sentences(affairs: OwnAffairs, phrases: Phrases) -> list[str]:
    """The answer, topic by topic."""
    return list(_Saying(affairs, phrases).all())


@dataclass(frozen=True)
class _Saying:
    affairs: OwnAffairs
    phrases: Phrases

    def all(self) -> Iterator[str]:
        affairs = self.affairs
        if affairs.topics == (Topic.OTHERS,):
            yield self._text("others")
        elif not affairs.rentals:
            yield from (self._text("none"), self._text("begin"))
        elif affairs.missing:
            yield self._text("none_such", kinds=self.phrases.kinds(affairs.missing))
            yield from self._each(Topic.RENTALS)
        else:
            for topic in affairs.topics:
                yield from TOPICS.get(topic, _Saying._each)(self, topic)
        if affairs.more:
            yield self.phrases.texts.count("own.more", affairs.more)

    def _each(self, topic: Topic) -> Iterator[str]:
        """Each rental with its days and its place."""
        for rental in self.affairs.about(topic):
            yield from self._late(rental) if rental.is_late else [self._standing(rental)]

    def _standing(self, rental: OwnRental) -> str:
        if rental.is_out:
            return self._text("out", name=self._name(rental), day=self._day(rental.period.last), place=rental.place)
        return self._text("reserved", name=self._name(rental), days=self._days(rental), place=rental.place)

    def _late(self, rental: OwnRental) -> Iterator[str]:
        yield self._text("late", name=self._name(rental), day=self._day(rental.period.last), place=rental.place)
        if rental.late_fee:
            yield self._text("late_fee", fee=self._amount(rental, rental.late_fee))

    def _owed(self, topic: Topic) -> Iterator[str]:
        """What the rentals cost. The shop keeps no account yet of what was paid, so that is not said."""
        rentals = self.affairs.about(topic)
        for rental in rentals:
            yield self._cost(rental)
            if rental.is_late and rental.late_fee:
                yield self._text("late_fee", fee=self._amount(rental, rental.late_fee))
        here = [rental for rental in rentals if not rental.is_back]
        if len(here) > 1 and not self.affairs.more and len({rental.currency for rental in here}) == 1:
            total = self._amount(here[0], sum((rental.total for rental in here), Decimal(0)))
            deposit = self._amount(here[0], sum((rental.deposit for rental in here), Decimal(0)))
            yield self._text("together", total=total, deposit=deposit)
        yield self._text("paid", place=self._places(rentals))

    def _cost(self, rental: OwnRental) -> str:
        days = self._days(rental)
        if rental.is_back:
            return self._text(
                "fee_charged", name=self._name(rental), days=days, fee=self._amount(rental, rental.late_fee)
            )
        total, deposit = self._amount(rental, rental.total), self._amount(rental, rental.deposit)
        return self._text("cost", name=self._name(rental), days=days, total=total, deposit=deposit)

    def _longer(self, topic: Topic) -> Iterator[str]:
        rentals = self.affairs.about(topic)
        yield from map(self._longer_one, rentals)
        if any(rental.extension and rental.extension.more is not None for rental in rentals):
            yield self._text("confirm")
        elif any(rental.extension is None and self._can_be_longer(rental) for rental in rentals):
            yield self._text("until_when")

    def _longer_one(self, rental: OwnRental) -> str:
        last, place = self._day(rental.period.last), rental.place
        if rental.latest is None:
            return self._text("longer_late", name=self._name(rental), day=last, place=place)
        if rental.extension and rental.extension.until <= rental.period.last:
            return self._text("longer_already", name=self._name(rental), day=last)
        if not self._can_be_longer(rental):
            return self._text("longer_none", name=self._name(rental), day=last, place=place)
        latest = self._day(rental.latest)
        if rental.extension is None:
            return self._text("longer_ask", name=self._name(rental), day=last, latest=latest)
        until, more = self._day(rental.extension.until), rental.extension.more
        if more is None:
            return self._text("longer_not", name=self._name(rental), day=until, latest=latest)
        if not more:
            return self._text("longer_free", name=self._name(rental), day=until)
        return self._text("longer", name=self._name(rental), day=until, more=self._amount(rental, more))

    def _can_be_longer(self, rental: OwnRental) -> bool:
        return rental.latest is not None and rental.latest > rental.period.last

    def _cancel(self, topic: Topic) -> Iterator[str]:
        rentals = self.affairs.about(topic)
        for rental in rentals:
            if rental.is_out:
                yield self._text("cancel_out", name=self._name(rental), place=rental.place)
                continue
            until, days = self._day(rental.cancel_until), self._days(rental)
            is_late = self.affairs.today > rental.cancel_until
            name = "cancel_late" if is_late else "cancel"
            yield self._text(
                name, name=self._name(rental), days=days, day=until, **({"place": rental.place} if is_late else {})
            )
        if any(not rental.is_out and self.affairs.today <= rental.cancel_until for rental in rentals):
            yield self._text("confirm")

    def _earlier(self, topic: Topic) -> Iterator[str]:
        for rental in self.affairs.about(topic):
            if rental.is_late:
                yield from self._late(rental)
            else:
                yield self._text(
                    "earlier", name=self._name(rental), day=self._day(rental.period.last), place=rental.place
                )

    def _people(self, topic: Topic) -> Iterator[str]:
        yield self._text("people", place=self._places(self.affairs.about(topic)))

    def _places(self, rentals: tuple[OwnRental, ...]) -> str:
        return self.phrases.listed(dict.fromkeys(rental.place for rental in rentals), "or")

    def _name(self, rental: OwnRental) -> str:
        is_sized = rental.size is not None and rental.size not in rental.name
        return self.phrases.say("offer.sized", name=rental.name, size=str(rental.size)) if is_sized else rental.name

    def _days(self, rental: OwnRental) -> str:
        return self.phrases.days(rental.period.start, rental.period)

    def _day(self, day: date) -> str:
        return self.phrases.day(day, with_year=day.year != self.affairs.today.year)

    def _amount(self, rental: OwnRental, amount: Decimal) -> str:
        return self.phrases.amount(amount, rental.currency)

    def _text(self, key: str, /, **words: str) -> str:
        return self.phrases.say(f"own.{key}", **words)


# What is said of a topic; of all others each rental with its days and its place.
TOPICS: Mapping[Topic, Callable[[_Saying, Topic], Iterator[str]]] = {
    Topic.OWED: _Saying._owed,
    Topic.LONGER: _Saying._longer,
    Topic.CANCEL: _Saying._cancel,
    Topic.EARLIER: _Saying._earlier,
    Topic.PEOPLE: _Saying._people,
}
