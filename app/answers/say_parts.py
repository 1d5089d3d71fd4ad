"""The sentences about a wish for several different things: what is found for each, and for which nothing fits."""

from collections.abc import Iterable

from app.answers.evidence import Choice, Evidence
from app.answers.phrases import Phrases
from app.needs.facets.days import Days
from app.needs.facets.kinds import Kinds
from app.needs.facets.size import Size


def sentences(evidence: Evidence, phrases: Phrases) -> list[str]:
    """All that is found in one sentence; for each part of which nothing fits another one, with the nearest to it."""
    days = evidence.need[Days]
    when = phrases.days(days.start, days.period)
    met = [part for part in evidence.parts if part.choices and not part.relaxed]
    firsts = _listed((part.choices[0] for part in met), phrases)
    others = _listed((choice for part in met for choice in part.choices[1:]), phrases)
    name = "answer.together_then" if days.start else "answer.together"
    return [
        phrases.say(name, days=when, offers=firsts) if firsts else "",
        phrases.say("answer.also", offers=others) if others else "",
        *(sentence for part in evidence.parts if part not in met for sentence in _unmet(part, phrases, when)),
    ]


def _unmet(part: Evidence, phrases: Phrases, when: str) -> Iterable[str]:
    """`I am sorry, nothing that is free now fits your wish (viola, size 1/2). The nearest that we have: …`"""
    wish = [reason for facet in (Kinds, Size) for reason in part.need[facet].wish(part.need)]
    yield phrases.say("answer.nothing", days=when, wish=phrases.wish(wish))
    if part.choices:
        yield phrases.say("answer.nearest", offers=_listed(part.choices, phrases))
        yield phrases.reasons(part.choices[0].reasons[:1])


def _listed(choices: Iterable[Choice], phrases: Phrases) -> str:
    offers = (phrases.offer(choice.offer, _pieces(choice), with_sum=False) for choice in choices)
    return phrases.say("joint.offers").join(offers)


def _pieces(choice: Choice) -> int:
    """As many as are wanted, where there are so many."""
    return choice.quantity if choice.offer.units_available >= choice.quantity else 1
