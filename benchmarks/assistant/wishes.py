"""Whether cards keep what was stated: one wish or several parts, and the days, which may be one of several spans."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from benchmarks.assistant import cards, gold, words
from benchmarks.assistant.cases import Case, Item
from benchmarks.assistant.expectations import is_for_adults
from benchmarks.assistant.labels import DAYS, Wanted
from benchmarks.assistant.told import Told

Limits = dict[str, object]
Group = list[dict[str, Any]]  # The cards of one part.
OVERALL = ("total<", "allin<")


def wrong(told: Told, wanted: Wanted) -> Iterator[str]:
    """What is wrong with the cards, in words for developers."""
    limits = wanted.limits
    days, faults = _days(told, limits)
    yield from faults
    shared = {name: value for name, value in limits.items() if name not in DAYS} | days
    if wanted.parts:
        yield from _wrong_parts(told, shared, wanted.parts)
    elif limits:
        yield from _wrong_wish(told, shared)


# --- Days
def _days(told: Told, limits: Limits) -> tuple[Limits, list[str]]:
    """The days that the reply chose, where they were stated, as limits; and what is wrong with them."""
    if not DAYS & set(limits):
        return {}, []
    chosen = told.cards or [told.reply["understood"]]
    faults = [
        f"{name} is {_told(card, name)}, not {limits[name]}"
        for card in chosen
        for name in sorted(DAYS & set(limits))
        if not is_allowed(str(limits[name]), _told(card, name))
    ]
    first = chosen[0]
    days: Limits = {name: date.fromisoformat(first[name]) for name in ("from", "to") if first.get(name)}
    if first.get("days") and "from" not in days:
        days["days"] = first["days"]
    return days, sorted(set(faults))


def _told(card: dict[str, Any], name: str) -> object:
    """A card's `from`, `to` or `days`; without a last day it is for the first one only."""
    return card.get(name) or (card.get("from") if name == "to" else None)


def is_allowed(stated: str, told: object) -> bool:
    """Whether `2027-03-06` or `42` is one of `a,b`, or within `a~b`."""
    if told is None:
        return False
    return any(_is_within(span, str(told)) for span in stated.split(","))


def _is_within(span: str, told: str) -> bool:
    low, _, high = span.partition("~")
    low, high, told = (text.zfill(4) for text in (low, high or low, told))
    return low <= told <= high


# --- One wish
def _wrong_wish(told: Told, limits: Limits) -> Iterator[str]:
    case = Case("wish", told.case.messages, limits)
    right = gold.best(case, list(told.items.values()))
    if not right:
        yield from _wrong_denial(told)
        return
    yield from _wrong_cards(told, case, told.cards, right)


def _wrong_denial(told: Told) -> Iterator[str]:
    """Nothing fits: the text says so, and what is shown all the same says what it relaxes."""
    if not told.denies:
        yield "nothing fits, and the text does not say so"
    if not all(_is_relaxed(told, card) for card in told.cards):
        yield "nothing fits, and a card does not say what it relaxes"


def _is_relaxed(told: Told, card: dict[str, Any]) -> bool:
    return words.says(card["reason"], "relaxed", told.language)


def _wrong_cards(told: Told, case: Case, group: Group, right: list[Item]) -> Iterator[str]:
    """The first card is one of the right ones, all keep the limits, and they are for as many as are wanted."""
    if not group:
        yield "nothing is shown, though something fits"
        return
    shown = [told.items[card["instrument_id"]] for card in group]
    if shown[0] not in right:
        yield f"first is {shown[0].name}, not one of {', '.join(item.name for item in right[:3])}"
    fitting = gold.fitting(case, list(told.items.values()))
    for item in shown:
        if item not in fitting:
            yield f"{item.name} breaks {', '.join(gold.broken(case, item)) or 'the bare amount'}"
    number = case.limits.get("n", 1)
    if cards.quantity(group[0]) != number:
        yield f"the first card is for {cards.quantity(group[0])}, not for {number}"


# --- Several parts
def _wrong_parts(told: Told, shared: Limits, parts: tuple[Limits, ...]) -> Iterator[str]:
    """Each part is answered by cards of its own, no card by nobody's, and all together keep the overall limits."""
    overall = {name: value for name, value in shared.items() if name in OVERALL}
    beside = {name: value for name, value in shared.items() if name not in OVERALL}
    cases = [Case("wish", told.case.messages, beside | part) for part in parts]
    groups = groups_of(told.cards) if len(parts) > 1 else [told.cards] if told.cards else []
    found = match([[not list(_wrong_part(told, case, group)) for group in groups] for case in cases])
    if found is None:
        yield from _unanswered(told, cases, groups)
    elif len(groups) > len(parts):
        yield f"{len(groups)} parts are answered, not {len(parts)}"
    elif overall:
        yield from _wrong_sum(told, overall, cases, [groups[place] for place in found])


def groups_of(shown: Group) -> list[Group]:
    """The cards by the part that each names; those that name none are nobody's answer."""
    found: dict[Any, Group] = {}
    for card in shown:
        if card.get("part") is not None:
            found.setdefault(card["part"], []).append(card)
    return list(found.values())


def match(answers: list[list[bool]]) -> list[int] | None:
    """For each part the place of a group that answers it, none twice; None where there is no such choice."""
    return _match(answers, [])


def _match(answers: list[list[bool]], taken: list[int]) -> list[int] | None:
    if len(taken) == len(answers):
        return taken
    for place, is_answered in enumerate(answers[len(taken)]):
        if is_answered and place not in taken:
            found = _match(answers, [*taken, place])
            if found is not None:
                return found
    return None


def _wrong_part(told: Told, case: Case, group: Group) -> Iterator[str]:
    single = replace(case, limits={name: value for name, value in case.limits.items() if name != "n"})
    right = _for_whom(case, gold.best(case, list(told.items.values())))
    if right:
        yield from _wrong_cards(told, case, group, right)
    elif gold.fitting(single, list(told.items.values())):
        yield from _wrong_many(told, case, single, group)
    elif not told.denies:
        yield "nothing fits, and the text does not say so"
    shown = [told.items[card["instrument_id"]] for card in group]
    if "adult" in case.limits and not all(map(is_for_adults, shown)):
        yield "a child's size for an adult"


def _for_whom(case: Case, right: list[Item]) -> list[Item]:
    return [item for item in right if "adult" not in case.limits or is_for_adults(item)]


def _wrong_many(told: Told, case: Case, single: Case, group: Group) -> Iterator[str]:
    """More are wanted than any instrument has: several together may make them up, else the text says so."""
    shown = [told.items[card["instrument_id"]] for card in group]
    if any(gold.broken(single, item) for item in shown):
        yield "a card breaks more than the number"
    place = case.limits.get("place")
    number = sum(item.free(*case.days, str(place) if place else None) for item in shown)
    if number < int(case.limits.get("n", 1)) and not told.denies:  # type: ignore[call-overload]
        yield "there are not so many, and the text does not say so"


def _unanswered(told: Told, cases: list[Case], groups: list[Group]) -> Iterator[str]:
    """For each part what is wrong with the group that comes closest."""
    for case in cases:
        faults = [list(_wrong_part(told, case, group)) for group in groups]
        closest = min(faults, key=len, default=["nothing is shown"])
        if closest:
            yield f"part {','.join(map(str, case.limits['cat']))}: {'; '.join(closest)}"  # type: ignore[call-overload]
    if not groups or len(groups) < len(cases):
        yield f"{len(groups)} parts are answered, not {len(cases)}"


def _wrong_sum(told: Told, overall: Limits, cases: list[Case], groups: list[Group]) -> Iterator[str]:
    """The first choices together keep the overall limit; or no choice does, and the text says so."""
    items = list(told.items.values())
    for name, limit in overall.items():
        least = sum(min(_cost(name, case, item) for item in gold.fitting(case, items)) for case in cases)
        firsts = [told.items[group[0]["instrument_id"]] for group in groups]
        cost = sum(_cost(name, case, item) for case, item in zip(cases, firsts, strict=True))
        if least > limit and not told.denies:  # type: ignore[operator]
            yield f"nothing keeps {name}={limit}, and the text does not say so"
        elif cost > limit >= least:  # type: ignore[operator]
            yield f"the first choices cost {cost}, more than {limit}"


def _cost(name: str, case: Case, item: Item) -> Decimal:
    return gold.rent(case, item) + (gold.deposit(case, item) if name == "allin<" else 0)
