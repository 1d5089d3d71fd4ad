"""The cards of a reply against the catalogue's files: what each offers, and whether it is true."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from benchmarks.assistant.cases import TODAY, Item


def shown(reply: dict[str, Any], items: dict[int, Item]) -> list[Item]:
    """The instruments on its cards, in their order, without those that the catalogue does not have."""
    return [items[card["instrument_id"]] for card in reply["recommendations"] if card["instrument_id"] in items]


def faults(reply: dict[str, Any], items: dict[int, Item], mine: Iterable[Item] = ()) -> Iterator[str]:
    """The kinds of what is false on its cards. Of `mine`, which the customer has rented, one may be missing each."""
    rented = list(mine)
    for card in reply["recommendations"]:
        item = items.get(card["instrument_id"])
        if item is None:
            yield "not in the catalogue"
            continue
        first, last = days_of(card)
        place = (card.get("reserve") or {}).get("body", {}).get("location")
        free = (item.free(first, last), item.free(first, last, reply["understood"].get("location")))
        true = (item.name, item.category, f"{item.rates['day']:.2f}")
        if (card["name"], card["category"], card["daily_rate"]) != true or not _sums_hold(card, item):
            yield "false facts on a card"
        if card["units_available"] not in {number - less for number in free for less in (0, rented.count(item))}:
            yield "false facts on a card"
        if not item.free(first, last, place):
            yield "not free on its days"


def days_of(card: dict[str, Any]) -> tuple[date, date]:
    """The days for which a card offers its instrument: today where it names none."""
    first = date.fromisoformat(card["from"]) if card.get("from") else TODAY
    return first, date.fromisoformat(card["to"]) if card.get("to") else first


def quantity(card: dict[str, Any]) -> int:
    return int(card.get("quantity") or 1)


def _sums_hold(card: dict[str, Any], item: Item) -> bool:
    """Whether total and deposit are true, of one piece or of as many as the card is for."""
    total = item.total(card["days"]) if card.get("days") else None
    told = (card.get("total"), card.get("deposit"))
    return _is_amount(told[0], total, card) and (told[1] is None or _is_amount(told[1], item.deposit, card))


def _is_amount(told: str | None, of_one: Decimal | None, card: dict[str, Any]) -> bool:
    if told is None or of_one is None:
        return told is of_one
    return told in {f"{of_one:.2f}", f"{of_one * quantity(card):.2f}"}
