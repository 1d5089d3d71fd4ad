"""An answer in words, made of the evidence alone: what a customer reads when no language model answers."""

from dataclasses import astuple

from app.answers import facts as known_facts
from app.answers import formats, phrases
from app.answers.evidence import Choice, Evidence
from app.answers.passages import Passage
from app.needs.facet import Facet
from app.needs.facets.days import Days
from app.needs.facets.place import Place
from app.needs.need import Need
from app.rental.offer import Offer
from app.vocabulary import spoken

EMPTY_SHOP = "I am sorry, nothing in our catalogue is free at the moment. Please ask our staff in the shop."
QUESTION = "What would you like to play, and have you played before? Tell me a budget too, if you have one."
GREETING = "Welcome to the shop!"
THANKS = "You are welcome! I am here whenever you want to hear about an instrument."
OFF_TOPIC = "That is outside of my repertoire: I know instruments, and how to rent them here."
ENGLISH = phrases.of("en")
FROM_WHEN = "From which day would you like it?"
HOW_LONG = "For how long would you like it?"
PAST = "The days that you named are over."
HEADING = "In our shop, best first:"


def answer(evidence: Evidence) -> str:
    """The whole answer."""
    question = open_question(evidence)
    return f"{_answer(evidence)} {question}" if question else _answer(evidence)


def open_question(evidence: Evidence) -> str:
    """What must be asked before a price and a reservation are possible: when, or for how long."""
    days = evidence.need[Days]
    if evidence.kind not in ("wish", "about") or not evidence.choices or (days.start is None) == (days.days is None):
        return ""
    return HOW_LONG if days.days is None else FROM_WHEN


def _answer(evidence: Evidence) -> str:
    if evidence.kind == "question" and evidence.passage is not None:
        return " ".join([*_passage(evidence), *([addition(evidence)] if evidence.choices else [])])
    if evidence.subject is not None:
        described = known_facts.description(evidence.subject)
        return " ".join([*_passage(evidence), _about(evidence.need, evidence.subject, described)])
    if evidence.kind == "thanks":
        return THANKS
    if evidence.kind == "off_topic":
        return f"{OFF_TOPIC} {QUESTION}"
    if not evidence.choices or evidence.relaxed:
        return addition(evidence)
    if evidence.asks:
        opening = f"{GREETING} {QUESTION}" if evidence.kind == "greeting" else QUESTION
        return f"{opening} Until then, some that people like: {_listed(evidence.choices)}."
    first, *others = evidence.choices
    also = f" Also fitting: {_listed(tuple(others))}." if others else ""
    return f"{_when(evidence.need)}I recommend the {_priced(first.candidate)}. {first.reason}{also}"


def addition(evidence: Evidence) -> str:
    """What must stand beside a model's answer that left it out: the limit that gave way, and what we recommend."""
    if evidence.relaxed:
        return f"{_nothing(evidence.need)} {_nearest(evidence)}"
    if evidence.subject is not None and not evidence.choices:
        return f"The {evidence.subject.name} is {_not_free(evidence.need, evidence.subject)}."
    if not evidence.choices:
        return _nothing(evidence.need) if evidence.kind in ("wish", "greeting", "unclear") else ""
    days = f", {_days(evidence.need)}" if evidence.need[Days].start else ""
    return f"From our shop{days}: {_listed(evidence.choices, evidence.passage)}."


def leaves_room_for_model(evidence: Evidence) -> bool:
    """Whether a model has something to word: it greets, takes up a wish, describes what is shown and asks.

    What the house book answers it answers in its own words.
    """
    return evidence.kind != "off_topic" and (evidence.kind != "question" or bool(evidence.choices))


def completion(evidence: Evidence) -> str:
    """What must stand behind a model's words to make the answer whole: all that only we may say."""
    parts = [*_passage(evidence), addition(evidence), QUESTION if evidence.asks else "", open_question(evidence)]
    return " ".join(part for part in parts if part)


def citation(evidence: Evidence) -> str:
    """Where an explanation comes from."""
    return f"(From our house book: {evidence.passage.title}.)" if evidence.passage else ""


def briefing(evidence: Evidence) -> str:
    """What a language model is told of this turn: what the shop found, best first, and the wish behind it."""
    parts = []
    if evidence.passage is not None:
        parts.append(f"Our house book says: {evidence.passage.text}")
    if evidence.subject is not None:
        described = known_facts.description(evidence.subject)[:600]
        parts.append(f"{HEADING}\n1. {facts(evidence.subject)}\n{described}".rstrip())
    elif evidence.choices:
        shown = enumerate((choice.candidate for choice in evidence.choices), 1)
        found = (f"{place}. {facts(candidate)}{_deposit(candidate, evidence.passage)}" for place, candidate in shown)
        parts.append("\n".join([HEADING, *found]))
    elif evidence.kind in ("wish", "unclear"):
        parts.append(f"In our shop: nothing that is free {_days(evidence.need)} fits the wish.")
    if evidence.need[Days].start is not None:
        parts.append(f"The days: {_days(evidence.need)}.")
    if evidence.relaxed:
        parts.append(f"{_in_the_way(evidence.relaxed)} These are the nearest.")
    known = wish(_without_address(evidence))
    if known and evidence.kind == "wish":
        parts.append(f"The wish: {known}.")
    return "\n".join(parts)


def _without_address(evidence: Evidence) -> Need:
    """The need, its place only where something that was found is there: what a profile names may be somebody's home."""
    places = {place for choice in evidence.choices for place in choice.candidate.locations}
    return evidence.need if evidence.need[Place].location in places else evidence.need.without(Place)


def facts(candidate: Offer) -> str:
    """One line of facts: what a language model is shown of an instrument, and may state."""
    parts = [
        spoken(candidate.category),
        f"size {candidate.size}" if candidate.size else "",
        f"{formats.amount(candidate.daily_rate, candidate.currency)} a day",
        _total(candidate),
        f"for {' and '.join(candidate.skill_levels)}" if candidate.skill_levels else "",
        f"for {', '.join(candidate.genres[:3])}" if candidate.genres else "",
        f"at {', '.join(candidate.locations)}" if candidate.locations else "not free then",
    ]
    return f"{candidate.name}: {', '.join(part for part in parts if part)}"


def wish(need: Need) -> str:
    """The need in a few words: `violin, size 3/4, up to 10.00 a day, for a beginner`."""
    return ENGLISH.wish(need.wish())


def _passage(evidence: Evidence) -> list[str]:
    return [evidence.passage.text, citation(evidence)] if evidence.passage else []


def _about(need: Need, candidate: Offer, described: str) -> str:
    levels = f" It suits {' and '.join(candidate.skill_levels)} players." if candidate.skill_levels else ""
    free = (
        f"free {_days(need)} at {', '.join(candidate.locations)}" if candidate.locations else _not_free(need, candidate)
    )
    total = f"{_total(candidate)}; that is " if candidate.total else ""
    day, week, month, deposit = (
        formats.amount(value, candidate.currency) for value in (*astuple(candidate.rates), candidate.deposit)
    )
    return (
        f"{candidate.name}: {described or spoken(candidate.category) + '.'}{levels} It rents for {total}{day} a day, "
        f"{week} a week or {month} a month, with a deposit of {deposit}, and is {free}."
    )


def _nothing(need: Need) -> str:
    if need.is_empty and need[Days].start is None:
        return EMPTY_SHOP
    known = wish(need)
    return f"I am sorry, nothing that is free {_days(need)} fits your wish{f' ({known})' if known else ''}."


def _nearest(evidence: Evidence) -> str:
    later = tuple(choice for choice in evidence.choices if choice.relaxed is Days)
    others = tuple(choice for choice in evidence.choices if choice.relaxed is not Days)
    parts = [_in_the_way(evidence.relaxed)] if evidence.relaxed else []
    parts += [f"On other days: {'; '.join(_offered_later(choice.candidate) for choice in later)}."] if later else []
    nearest = "On your days we have" if later else "The nearest that we have"
    parts += [f"{nearest}: {_listed(others)}."] if others else []
    return " ".join(parts)


def _in_the_way(relaxed: type[Facet]) -> str:
    return ENGLISH.say(f"in_the_way.{relaxed.NAME}")


def _offered_later(candidate: Offer) -> str:
    return f"{_priced(candidate)}, free {formats.when(candidate.start, candidate.period)}"


def _days(need: Need) -> str:
    """When: `from Fri 7 May to Thu 20 May`, `from Fri 7 May on`, `now`."""
    return "now" if need[Days].start is None else formats.when(need[Days].start, need[Days].period)


def _when(need: Need) -> str:
    days = _days(need)
    return f"{days[0].upper()}{days[1:]}: " if need[Days].start else ""


def _total(candidate: Offer) -> str:
    """`63.00 EUR for 7 days`; nothing as long as the number of days is not known."""
    if candidate.total is None or not candidate.days:
        return ""
    return f"{formats.amount(candidate.total, candidate.currency)} for {formats.duration(candidate.days)}"


def _not_free(need: Need, candidate: Offer) -> str:
    again = f"; it is free again from {formats.day(candidate.start)}" if candidate.start else ""
    return f"not free {_days(need)}{again}"


def _listed(choices: tuple[Choice, ...], passage: Passage | None = None) -> str:
    return "; ".join(_priced(choice.candidate) + _deposit(choice.candidate, passage) for choice in choices)


def _deposit(candidate: Offer, passage: Passage | None) -> str:
    """`, deposit 150.00 EUR`; nothing unless the passage is about deposits."""
    if passage is None or passage.tells != "deposit":
        return ""
    return f", deposit {formats.amount(candidate.deposit, candidate.currency)}"


def _priced(candidate: Offer) -> str:
    size = f" in size {candidate.size}" if candidate.size and candidate.size not in candidate.name else ""
    rate = f"{formats.amount(candidate.daily_rate, candidate.currency)} a day"
    total = _total(candidate)
    return f"{candidate.name}{size} for {total} ({rate})" if total else f"{candidate.name}{size} for {rate}"
