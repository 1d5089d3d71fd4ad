"""An answer in words, made of the evidence alone: what a customer reads when no language model answers."""

from app.assistant.evidence import Candidate, Choice, Evidence
from app.assistant.need import Need
from app.assistant.ranking import LIMIT_WORDS, amount
from app.vocabulary import spoken

EMPTY_SHOP = "I am sorry, nothing in our catalogue is free at the moment. Please ask our staff in the shop."
QUESTION = "What would you like to play, and have you played before? Tell me a budget too, if you have one."


def answer(evidence: Evidence) -> str:
    """The whole answer."""
    if evidence.subject is not None:
        return _about(evidence.subject)
    if not evidence.choices:
        return _nothing(evidence.need)
    if evidence.relaxed:
        return f"{_nothing(evidence.need)} {_nearest(evidence)}"
    if evidence.need.is_empty:
        return f"{QUESTION} Until then, here is what many start with: {_listed(evidence.choices)}."
    first, *others = evidence.choices
    also = f" Also fitting: {_listed(tuple(others))}." if others else ""
    return f"I recommend the {_priced(first.candidate)}. {first.reason}{also}"


def addition(evidence: Evidence) -> str:
    """What must stand beside a model's answer that left it out: the limit that gave way, and what we recommend."""
    if evidence.relaxed:
        return f"{_nothing(evidence.need)} {_nearest(evidence)}"
    return f"From our shop: {_listed(evidence.choices)}."


HEADING = "In our shop, best first:"


def briefing(evidence: Evidence) -> str:
    """What a language model is told of this turn: what the shop found, best first, and the wish behind it."""
    if evidence.subject is not None:
        return f"In our shop:\n1. {facts(evidence.subject)}\n{evidence.subject.description[:600]}".rstrip()
    found = "\n".join(f"{place}. {facts(choice.candidate)}" for place, choice in enumerate(evidence.choices, 1))
    listed = f"{HEADING}\n{found}" if found else "In our shop: nothing that is free now fits the wish."
    limit = f"\nNothing keeps {LIMIT_WORDS[evidence.relaxed]}; these are the nearest." if evidence.relaxed else ""
    known = wish(evidence.need)
    return f"{listed}{limit}\nThe wish: {known}." if known else f"{listed}{limit}"


def facts(candidate: Candidate) -> str:
    """One line of facts: what a language model is shown of an instrument, and may state."""
    parts = [
        spoken(candidate.category),
        f"size {candidate.size}" if candidate.size else "",
        f"{amount(candidate.daily_rate, candidate.currency)} a day",
        f"for {' and '.join(candidate.skill_levels)}" if candidate.skill_levels else "",
        f"for {', '.join(candidate.genres[:3])}" if candidate.genres else "",
        f"at {', '.join(candidate.locations)}" if candidate.locations else "not free now",
    ]
    return f"{candidate.name}: {', '.join(part for part in parts if part)}"


def wish(need: Need) -> str:
    """The need in a few words: `violin, size 3/4, up to 10.00 a day, for beginners`."""
    limits = need.budget
    parts = [
        " or ".join(spoken(category) for category in need.categories[:4]),
        f"not {', not '.join(spoken(category) for category in need.refused[:6])}" if need.refused else "",
        f"by {need.brand}" if need.brand else "",
        f"size {need.size}" if need.size else "",
        f"from {limits.low:.2f} a {limits.period}" if limits.low is not None else "",
        f"up to {limits.high:.2f} a {limits.period}" if limits.high is not None else "",
        f"for a {need.skill_level} player" if need.skill_level else "",
        f"for {', '.join(need.genres)}" if need.genres else "",
        "quiet" if need.quiet else "",
        "cheap" if need.cheap else "",
        f"at {need.location}" if need.location else "",
    ]
    return ", ".join(part for part in parts if part)


def _about(candidate: Candidate) -> str:
    levels = f" It suits {' and '.join(candidate.skill_levels)} players." if candidate.skill_levels else ""
    free = f"free at {', '.join(candidate.locations)}" if candidate.locations else "not free at the moment"
    day, week, month, deposit = (
        amount(value, candidate.currency)
        for value in (candidate.daily_rate, candidate.weekly_rate, candidate.monthly_rate, candidate.deposit)
    )
    return (
        f"{candidate.name}: {candidate.description or spoken(candidate.category)}{levels} It rents for {day} a day, "
        f"{week} a week or {month} a month, with a deposit of {deposit}, and is {free}."
    )


def _nothing(need: Need) -> str:
    return EMPTY_SHOP if need.is_empty else f"I am sorry, nothing that is free now fits your wish ({wish(need)})."


def _nearest(evidence: Evidence) -> str:
    stands = LIMIT_WORDS[evidence.relaxed or ""]
    return f"What stands in the way is {stands}. The nearest that we have: {_listed(evidence.choices)}."


def _listed(choices: tuple[Choice, ...]) -> str:
    return "; ".join(_priced(choice.candidate) for choice in choices)


def _priced(candidate: Candidate) -> str:
    size = f" in size {candidate.size}" if candidate.size and candidate.size not in candidate.name else ""
    return f"{candidate.name}{size} for {amount(candidate.daily_rate, candidate.currency)} a day"
