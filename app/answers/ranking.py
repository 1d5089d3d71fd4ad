"""Which of the fitting candidates to recommend, in which order, and why."""

from collections import Counter
from collections.abc import Callable
from itertools import groupby

from app.answers import formats
from app.answers.evidence import Choice
from app.needs import sizing
from app.needs.need import Need
from app.rental.offer import Offer
from app.speech import lexicon
from app.vocabulary import SIZES, spoken

# These sound through headphones.
QUIET = frozenset({"digital-piano", "keyboard", "synthesizer", "electronic-drum-kit"})
SOFT = frozenset({"classical-guitar", "ukulele", "electric-guitar", "bass-guitar", "recorder"})
HEADPHONES = frozenset({"headphone", "headphones", "silent"})
LIMIT_WORDS = {
    "dates": "the days",
    "location": "the place",
    "brand": "the maker",
    "quantity": "how many you need",
    "budget": "the price limit",
    "size": "the size",
    "declined": "that you have seen the others",
    "categories": "the kind of instrument",
}
PLAYERS = {"beginner": "beginners", "intermediate": "players with some years", "advanced": "advanced players"}


def choose(
    need: Need,
    candidates: list[Offer],
    limit: int,
    words: tuple[str, ...] = (),
    relaxed: str | None = None,
    alike: tuple[int, ...] = (),
) -> tuple[Choice, ...]:
    """The best `limit` candidates, best first: what they match, then the lower rate, the better condition, the older.

    `words` are searched for in names and descriptions, `alike` are ids that mean what was said, best first. Where a
    limit was relaxed, nearness to it comes first; who asks for cheap ones gets the lowest rate first.
    """

    def order(candidate: Offer) -> tuple[float, ...]:
        matched, rate = (
            -(_score(need, candidate, words) + _likeness(candidate, alike)),
            float(candidate.price(need.limited)),
        )
        rate = -rate if need.dear else rate
        ordered = (rate, matched) if need.cheap and not is_named(candidate, words) else (matched, rate)
        worn = float("new" not in candidate.conditions)
        return (_distance(need, candidate, relaxed), *ordered, worn, candidate.instrument_id)

    best = _varied(sorted(candidates, key=order), lambda candidate: order(candidate)[:2])[:limit]
    return tuple(Choice(candidate, _reason(need, candidate, relaxed), relaxed) for candidate in best)


def _varied(ordered: list[Offer], merit: Callable[[Offer], tuple[float, ...]]) -> list[Offer]:
    """The same order, but among candidates of equal merit each kind has its turn: a microphone, then a PA system."""
    varied: list[Offer] = []
    for _, equals in groupby(ordered, key=merit):
        turns: Counter[str] = Counter()
        placed = []
        for candidate in equals:
            placed.append((turns[candidate.category], candidate))
            turns[candidate.category] += 1
        varied += [candidate for _, candidate in sorted(placed, key=lambda place: place[0])]
    return varied


def price(need: Need, candidate: Offer) -> str:
    """The price that the budget limits: `12.50 EUR a day`, `63.00 EUR for 7 days`."""
    told = formats.amount(candidate.price(need.limited), candidate.currency)
    return f"{told} for {formats.duration(need.days or 1)}" if need.limited == "total" else f"{told} a {need.limited}"


def is_quiet(candidate: Offer) -> bool:
    """Whether it can be played through headphones: by its kind, or because its description says so."""
    told = set(lexicon.search_words(f"{candidate.name} {candidate.description}"))
    return candidate.category in QUIET or bool(told & HEADPHONES) and candidate.category not in ("drum-kit",)


def _score(need: Need, candidate: Offer, words: tuple[str, ...]) -> int:
    named = set(lexicon.search_words(f"{candidate.name} {candidate.brand} {candidate.model}"))
    described = set(lexicon.search_words(candidate.description))
    return (
        10 * len(named.intersection(words))
        + len(described.intersection(words))
        + (5 if is_quiet(candidate) else 2 * (candidate.category in SOFT)) * need.quiet
        + 4 * (need.skill_level in candidate.skill_levels)
        + 2 * len(set(need.genres) & set(candidate.genres))
        - 3 * (need.size is None and need.age is None and sizing.is_child_size(candidate.category, candidate.size))
        + (need.is_empty and "beginner" in candidate.skill_levels)
    )


def _likeness(candidate: Offer, alike: tuple[int, ...]) -> float:
    """From 9 for the one that means most alike down to 0: more than a leaning, less than being named."""
    if candidate.instrument_id not in alike:
        return 0.0
    return 9.0 * (1 - alike.index(candidate.instrument_id) / len(alike))


def is_named(candidate: Offer, words: tuple[str, ...]) -> bool:
    """Whether one of the words belongs to its maker or model."""
    return bool(set(lexicon.search_words(f"{candidate.brand} {candidate.model}")).intersection(words))


def _distance(need: Need, candidate: Offer, relaxed: str | None) -> float:
    """How far a candidate is from the limit that was relaxed: in money, in sizes, in days."""
    if relaxed == "dates" and need.start and candidate.start:
        return (candidate.start - need.start).days
    if relaxed == "budget":
        rate, budget = candidate.price(need.limited), need.budget
        if budget.high is not None and rate > budget.high:
            return float(rate - budget.high)
        return float(budget.low - rate) if budget.low is not None and rate < budget.low else 0.0
    wanted = need.size or (need.age is not None and sizing.size_at(candidate.category, need.age))
    if relaxed == "size" and wanted:
        return abs(SIZES.index(wanted) - SIZES.index(candidate.size or "4/4"))
    return 0.0


def _reason(need: Need, candidate: Offer, relaxed: str | None) -> str:
    """What speaks for it, in words that a customer may check against the wish."""
    parts = [_relaxation(need, candidate, relaxed)] if relaxed else []
    if need.skill_level in candidate.skill_levels:
        parts.append(f"suits {PLAYERS[need.skill_level or '']}")
    genres = [genre for genre in need.genres if genre in candidate.genres]
    if genres:
        parts.append(f"plays {' and '.join(genres)}")
    if need.quiet and is_quiet(candidate):
        parts.append("can be played through headphones")
    if need.brand and candidate.brand == need.brand:
        parts.append(f"made by {need.brand}")
    parts += _size_reason(need, candidate, relaxed)
    if need.quantity > 1 and relaxed != "quantity":
        parts.append(f"{candidate.units_available} are free")
    if need.budget.high is not None and relaxed != "budget" and (need.days or need.budget.period != "total"):
        parts.append(f"{price(need, candidate)} is within your limit")
    if need.location and relaxed != "location":
        parts.append(f"free at {need.location}")
    if not parts:
        parts.append(f"{spoken(candidate.category)}, {_suitable(candidate)}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _size_reason(need: Need, candidate: Offer, relaxed: str | None) -> list[str]:
    if relaxed == "size" or candidate.size is None:
        return []
    if need.size == candidate.size:
        return [f"size {candidate.size}"]
    if need.age is not None and sizing.size_at(candidate.category, need.age) == candidate.size:
        return [f"size {candidate.size}, usual at {need.age}"]
    return []


def _relaxation(need: Need, candidate: Offer, relaxed: str) -> str:
    told = {
        "location": f"not at {need.location}, but at {', '.join(candidate.locations)}",
        "brand": f"not made by {need.brand}, but by {candidate.brand}",
        "quantity": f"{candidate.units_available} free instead of {need.quantity}",
        "budget": _over_budget(need, candidate),
        "size": f"not size {need.size or need.usual_size or 'for that age'}, but {candidate.size or 'full size'}",
        "declined": "you have seen this one before",
        "categories": f"not {need.absent or 'what you asked for'}, but {spoken(candidate.category)}",
        "dates": _on_other_days(candidate),
    }[relaxed]
    return f"nearest match, with {LIMIT_WORDS[relaxed]} relaxed: {told}"


def _on_other_days(candidate: Offer) -> str:
    return f"free {formats.when(candidate.start, candidate.period)}" if candidate.start else "free on other days"


def _over_budget(need: Need, candidate: Offer) -> str:
    budget, rate, told = need.budget, candidate.price(need.limited), price(need, candidate)
    if budget.high is not None and rate > budget.high:
        return f"{told} is above your {formats.amount(budget.high, candidate.currency)}"
    if budget.low is not None and rate < budget.low:
        return f"{told} is below your {formats.amount(budget.low, candidate.currency)}"
    return told


def _suitable(candidate: Offer) -> str:
    return f"for {PLAYERS[candidate.skill_levels[0]]}" if candidate.skill_levels else "free"
