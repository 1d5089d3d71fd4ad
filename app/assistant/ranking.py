"""Which of the fitting candidates to recommend, in which order, and why."""

from app.assistant.evidence import Candidate, Choice
from app.assistant.need import Need
from app.vocabulary import spoken

# These sound through headphones, or softly enough for a flat.
QUIET = frozenset({"digital-piano", "keyboard", "synthesizer", "electronic-drum-kit"})
LIMIT_WORDS = {
    "location": "the place",
    "budget": "the price limit",
    "size": "the size",
    "brand": "the maker",
    "categories": "the kind of instrument",
}


def choose(need: Need, candidates: list[Candidate], limit: int, relaxed: str | None = None) -> tuple[Choice, ...]:
    """The best `limit` candidates, best first: by what they match, then the lower rate, then the older entry."""

    def order(candidate: Candidate) -> tuple[float, ...]:
        matched = -float(_score(need, candidate))
        rate = float(candidate.daily_rate)
        return (rate, matched, candidate.instrument_id) if need.cheap else (matched, rate, candidate.instrument_id)

    best = sorted(candidates, key=order)[:limit]
    return tuple(Choice(candidate, _reason(need, candidate, relaxed)) for candidate in best)


def _score(need: Need, candidate: Candidate) -> int:
    return (
        4 * (need.quiet and candidate.category in QUIET)
        + 3 * (need.skill_level in candidate.skill_levels)
        + 2 * len(set(need.genres) & set(candidate.genres))
        + (need.is_empty and "beginner" in candidate.skill_levels)
        + ("new" in candidate.conditions)
    )


def _reason(need: Need, candidate: Candidate, relaxed: str | None) -> str:
    """What speaks for it, in words that a customer may check against the wish."""
    parts = [_relaxation(need, candidate, relaxed)] if relaxed else []
    if need.skill_level in candidate.skill_levels:
        parts.append(f"suits {_players(need.skill_level)}")
    genres = [genre for genre in need.genres if genre in candidate.genres]
    if genres:
        parts.append(f"plays {' and '.join(genres)}")
    if need.quiet and candidate.category in QUIET:
        parts.append("can be played through headphones")
    if need.brand and candidate.brand == need.brand:
        parts.append(f"made by {need.brand}")
    if need.size and candidate.size == need.size:
        parts.append(f"size {candidate.size}")
    if need.budget.high is not None and relaxed != "budget":
        period = need.budget.period
        parts.append(f"{amount(candidate.rate(period), candidate.currency)} a {period} is within your limit")
    if need.location and need.location in candidate.locations:
        parts.append(f"free at {need.location}")
    if not parts:
        parts.append(f"{spoken(candidate.category)}, {_suitable(candidate)}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _relaxation(need: Need, candidate: Candidate, relaxed: str) -> str:
    told = {
        "location": f"not at {need.location}, but at {', '.join(candidate.locations)}",
        "budget": _over_budget(need, candidate),
        "size": f"not size {need.size}, but {candidate.size or 'without a size'}",
        "brand": f"not made by {need.brand}, but by {candidate.brand}",
        "categories": f"not what you asked for, but a {spoken(candidate.category)}",
    }[relaxed]
    return f"nearest match, with {LIMIT_WORDS[relaxed]} relaxed: {told}"


def _over_budget(need: Need, candidate: Candidate) -> str:
    period, budget = need.budget.period, need.budget
    rate = amount(candidate.rate(period), candidate.currency)
    if budget.high is not None and candidate.rate(period) > budget.high:
        return f"{rate} a {period} is above your {amount(budget.high, candidate.currency)}"
    return f"{rate} a {period}"


def amount(value, currency: str) -> str:
    """Money as it is written in an answer: `12.50 EUR`."""
    return f"{value:.2f} {currency}"


def _players(level: str | None) -> str:
    return {"beginner": "beginners", "intermediate": "players with some years", "advanced": "advanced players"}[
        level or ""
    ]


def _suitable(candidate: Candidate) -> str:
    return f"for {_players(candidate.skill_levels[0])}" if candidate.skill_levels else "free now"
