"""What a customer must hear of the days: what was heard and is not used, what had to be guessed, what is left out."""

from collections.abc import Iterator

from app.needs.facets.days import Days
from app.needs.reason import Reason
from app.needs.understanding import Reading
from app.speech.days.said import Dates, Trouble, Why

# Notices after which the customer is asked which days are meant.
ASKING = frozenset({*Why} - {Why.SEPARATE}) | {"too_far"}


def notices(reading: Reading) -> Iterator[Reason]:
    """In the order in which they are told."""
    days = reading.need[Days]
    for said in (mark.value for mark in reading.said.of("days")):
        yield from (_trouble(trouble) for trouble in said.troubles)
        yield from _read_as(said, days)
        if said.second:
            yield Reason("second_days", {"start": said.second.start, "last": said.second.last})
        if said.has_clock and days.start:
            yield Reason("by_the_day")


def _trouble(trouble: Trouble) -> Reason:
    if trouble.why is Why.SEPARATE and trouble.days:
        return Reason("separate_days", {"words": trouble.words, "dates": trouble.days})
    why = Why.UNKNOWN if trouble.why is Why.SEPARATE else trouble.why
    return Reason(why, {"words": trouble.words})


def _read_as(said: Dates, days: Days) -> Iterator[Reason]:
    """How words were read that may mean other days; told once both ends are known, and a mere length as such."""
    if not said.read_as or said.troubles:
        return
    if days.period:
        yield Reason("read_as", {"words": said.read_as, "start": days.period.start, "last": days.period.last})
    elif days.days:
        yield Reason("read_as_long", {"words": said.read_as, "days": days.days})
