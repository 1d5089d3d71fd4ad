"""Several different things at once: which of what was found for each of them is shown, within one budget for all."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from app.answers.evidence import Choice, Evidence
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.need import Need
from app.needs.reason import Price, Reason
from app.rental.pricing import Per

FEW_PARTS = 2  # With so many a second choice of each is shown, too.


def choose(need: Need, parts: tuple[Evidence, ...]) -> Evidence:
    """One evidence of those of the parts: the best of each that keep the budget together, or the cheapest of each.

    What keeps no limit of its own part does not count towards the budget.
    """
    parts, budget = _apart(parts), need[Budget]
    is_for_all = budget.high is not None and not budget.limits_each(need)
    kept = _within(parts, need) if is_for_all else parts
    reason = None if kept else Reason("above_together", {"limit": Price(budget.high or Decimal(0), "", Per.TOTAL)})
    shown = tuple(
        _shown(number, part, 2 if len(parts) <= FEW_PARTS else 1, reason)
        for number, part in enumerate(kept or _cheapest(parts, need))
    )
    firsts = tuple(choice for part in shown for choice in part.choices[:1])
    others = tuple(choice for part in shown for choice in part.choices[1:])
    return Evidence(need, (*firsts, *others), parts=shown)


def _apart(parts: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """The parts, none with a first choice of which another part has taken the last units."""
    taken: Counter[int] = Counter()
    found = []
    for part in parts:
        left = [choice for choice in part.choices if _is_left(choice, taken)]
        first = next(iter(left or part.choices), None)
        found.append(part if first is None else _in_front(part, first))
        if first is not None:
            taken[first.offer.instrument_id] += first.quantity
    return tuple(found)


def _is_left(choice: Choice, taken: Mapping[int, int]) -> bool:
    return choice.offer.units_available - taken.get(choice.offer.instrument_id, 0) >= choice.quantity


def _shown(number: int, part: Evidence, most: int, above: Reason | None) -> Evidence:
    choices = tuple(replace(choice, part=number) for choice in part.choices[:most])
    if above and not part.relaxed:
        choices = tuple(replace(choice, reasons=(above, *choice.reasons), relaxed=Budget) for choice in choices)
    return replace(part, choices=choices)


def _within(parts: tuple[Evidence, ...], need: Need) -> tuple[Evidence, ...]:
    """The parts, the best choice of each in front with which all keep the budget; () where even the cheapest do not."""
    chosen = list(_cheapest(parts, need))
    limit = need[Budget].high or Decimal(0)
    if _sum(chosen, need) > limit:
        return ()
    for number, part in enumerate(parts):
        for choice in part.choices:
            dearer = [*chosen[:number], _in_front(part, choice), *chosen[number + 1 :]]
            if _sum(dearer, need) <= limit:
                chosen = dearer
                break
    return tuple(_without_too_dear(chosen, number, need, limit) for number in range(len(chosen)))


def _without_too_dear(chosen: list[Evidence], number: int, need: Need, limit: Decimal) -> Evidence:
    """One part without choices that would break the budget in place of its first."""
    part, rest = chosen[number], _sum([*chosen[:number], *chosen[number + 1 :]], need)
    return replace(part, choices=tuple(c for c in part.choices if part.relaxed or rest + _costs(c, need) <= limit))


def _cheapest(parts: tuple[Evidence, ...], need: Need) -> Iterator[Evidence]:
    for part in parts:
        least = min(part.choices, key=lambda choice: _costs(choice, need), default=None)
        yield part if least is None or part.relaxed else _in_front(part, least)


def _in_front(part: Evidence, first: Choice) -> Evidence:
    return replace(part, choices=(first, *(choice for choice in part.choices if choice is not first)))


def _sum(parts: list[Evidence], need: Need) -> Decimal:
    firsts = (part.choices[0] for part in parts if part.choices and not part.relaxed)
    return sum((_costs(choice, need) for choice in firsts), Decimal(0))


def _costs(choice: Choice, need: Need) -> Decimal:
    """What all pieces of it count towards the budget: a day's rate as long as the number of days is not known."""
    offer, budget = choice.offer, need[Budget]
    price = offer.price(Per.TOTAL if need[Days].days else Per.DAY)
    return (price + (offer.deposit if budget.with_deposit else 0)) * choice.quantity
