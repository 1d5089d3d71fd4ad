"""Whether a message is about the customer's own rentals, and until when one shall last."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import cast

from app.needs import intent
from app.needs.facets.days import Days
from app.needs.understanding import Reading
from app.rental.period import Period
from app.speech.almanac import Almanac
from app.speech.marks import Affair, Claim, Topic
from app.speech.recognisers import own

# What one asks of an instrument that one is about to rent, too.
OF_A_WISH = frozenset({Topic.OWED, Topic.LONGER, Topic.WHERE})
# Of these the house book has rules, which are the whole answer for somebody who has rented nothing.
OF_THE_HOUSE = frozenset({Topic.CANCEL, Topic.EARLIER, Topic.PEOPLE})


def asked(reading: Reading, asked_before: Sequence[Topic] = ()) -> tuple[Affair, ...]:
    """What the message asks of own rentals. `asked_before` are the topics of the last answer, if it was about them:
    then `until Friday` and `and my trumpet?` go on with these.
    """
    found = tuple(mark.value for mark in reading.said.of(own.NAME))
    is_bare = not found and not intent.states_wish(reading)
    if is_bare and Topic.LONGER in asked_before:
        longer = own.how_long(reading.tokens)
        return (longer,) if reading.said.of("days") or longer.more_days or longer.day_of_month else ()
    if asked_before and found == (Affair(Topic.RENTALS, Claim.PERHAPS),):
        return tuple(Affair(topic) for topic in asked_before)
    return found


def concerns(
    affairs: Sequence[Affair], reading: Reading, rented: Collection[str], *, has_passage: bool, has_shown: bool
) -> bool:
    """Whether these are what the message is about. `rented` are the kinds of instruments that the customer has rented
    or reserved; `has_shown`: the last answer recommended something, of which one may ask what it costs.
    """
    claims, topics = {affair.claim for affair in affairs}, {affair.topic for affair in affairs}
    if not affairs or Claim.SURE in claims:
        is_rule = has_passage and not rented and topics <= OF_THE_HOUSE
        return bool(affairs) and not is_rule
    if claims == {Claim.MENTIONED}:
        return not has_passage and not intent.states_wish(reading)
    named = reading.said.stated_kinds
    is_of_rented = bool(rented) and (not named or not set(named).isdisjoint(rented))
    is_of_shown = has_shown and not named and topics <= OF_A_WISH
    return is_of_rented and not is_of_shown and not intent.states_limit(reading)


def until(affair: Affair, reading: Reading, period: Period, today: date) -> date | None:
    """The last day that is wished for a rental of this period; None where none is named.

    A mere length is how much longer: `extend it for two weeks`.
    """
    for mark in reading.said.of("days"):
        said = mark.value
        if said.move and said.move.longer:
            return period.last + timedelta(days=said.move.longer)
        if said.days and not said.start and not said.end:
            return period.last + timedelta(days=said.days)
        if said.start and not said.days:
            return cast(date, said.start)
        wished = Days(period.start, period.days).heard(said, today).period
        if wished and wished != period:
            return wished.last
    if affair.more_days:
        return period.last + timedelta(days=affair.more_days)
    return Almanac(today).day_of_month(affair.day_of_month) if affair.day_of_month else None
