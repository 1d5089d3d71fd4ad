"""What a line of kinds.txt can ask of a reply beside the limits: each label by its name, and whether it holds."""

import re
from collections.abc import Callable

from benchmarks.assistant.cases import Item
from benchmarks.assistant.labels import Label
from benchmarks.assistant.statements import Mine
from benchmarks.assistant.told import Told, plain

FULL_SIZES = (None, "4/4", "7/8")


def holds(told: Told, label: Label) -> bool:
    return CHECKS[label.name](told, label.value.replace("_", " "))


def is_for_adults(item: Item) -> bool:
    """A double bass of three quarters is what grown-ups play; of others these are children's sizes."""
    return item.size in FULL_SIZES or (item.category == "double-bass" and item.size == "3/4")


# --- What is read
def _says(told: Told, expression: str) -> bool:
    return _matches(expression, told.read)


def _never(told: Told, expression: str) -> bool:
    return not _matches(expression, told.read)


def _unread(told: Told, expression: str) -> bool:
    unread = told.reply["understood"].get("unread") or []
    return any(_matches(expression, plain(word)) for word in unread) and _matches(expression, told.text)


def _asks(told: Told, value: str) -> bool:
    return any(mark in told.text for mark in "?؟")


def _none(told: Told, value: str) -> bool:
    return told.denies


def _book(told: Told, value: str) -> bool:
    return _nocards(told, value) and not told.does_not_know


def _unknown(told: Told, value: str) -> bool:
    return _nocards(told, value) and told.does_not_know


# --- What is shown
def _nocards(told: Told, value: str) -> bool:
    return not told.reply["recommendations"]


def _nodays(told: Told, value: str) -> bool:
    return not told.actions and not any(card.get("from") or card.get("reserve") for card in told.cards)


def _adult(told: Told, value: str) -> bool:
    return all(map(is_for_adults, told.shown))


def _first(told: Told, expression: str) -> bool:
    return bool(told.shown) and _matches(expression, told.shown[0].name)


def _every(told: Told, expression: str) -> bool:
    return bool(told.shown) and all(_matches(expression, item.name) for item in told.shown)


# --- What was shown before
def _card(told: Told, number: str) -> bool:
    return bool(told.shown) and told.shown[0] == told.before(int(number))


def _another(told: Told, number: str) -> bool:
    before = told.before(int(number))
    return bool(told.shown) and before is not None and before not in told.shown


def _other_brand(told: Told, number: str) -> bool:
    before = told.before(int(number))
    return bool(told.shown) and before is not None and all(item.brand != before.brand for item in told.shown)


def _fact(told: Told, value: str) -> bool:
    name, _, number = value.partition(":")
    item = told.before(int(number)) or next(iter(told.all_before()), None)
    if item is None:
        return False
    if name in item.rates:
        return told.tells_amount(item.rates[name])
    if name == "deposit":
        return told.tells_amount(item.deposit)
    if name == "name":
        return told.tells_of(item) or told.shown[:1] == [item]
    return plain(item.brand if name == "brand" else item.size or "4/4").casefold() in told.text.casefold()


def _compare(told: Told, numbers: str) -> bool:
    """Both are named, and none of the others that were shown: a list of all that is there compares nothing."""
    both = [told.before(int(number)) for number in numbers.split(",")]
    others = [item for item in told.all_before() if item not in both]
    return all(item is not None and told.tells_of(item) for item in both) and not any(map(told.tells_of, others))


def _cheapest(told: Told, rate: str) -> bool:
    """The first card, or the first or the last that the text names, is the cheapest of those shown, and the text tells
    its rate; what was said before is not said once more."""
    before = told.all_before()
    if len(before) < 2 or told.reply["response"] == told.replies[-2]["response"]:
        return False
    least = min(item.rates[rate] for item in before)
    places = {told.text.casefold().find(plain(item.model).casefold()): item for item in before}
    named = [places[place] for place in sorted(places) if place >= 0]
    return told.tells_amount(least) and any(
        item.rates[rate] == least for item in (*told.shown[:1], *named[:1], *named[-1:])
    )


def _cheaper(told: Told, value: str) -> bool:
    return _beside_the_first(told, lambda now, then: now.rates["day"] < then.rates["day"])


def _dearer(told: Told, value: str) -> bool:
    return _beside_the_first(told, lambda now, then: now.rates["day"] > then.rates["day"])


def _beside_the_first(told: Told, is_better: Callable[[Item, Item], bool]) -> bool:
    """The first card is better than the first before; or no instrument of its kind is, and the text says so."""
    before = told.all_before()[:1]
    if not before:
        return False
    better = [
        item for item in told.items.values() if item.category == before[0].category and is_better(item, before[0])
    ]
    return (bool(told.shown) and is_better(told.shown[0], before[0])) or (not better and told.denies)


# --- What is the customer's own
def _own(told: Told, value: str) -> bool:
    name, _, number = value.partition(":")
    rentals = told.mine if not number else told.mine[int(number) - 1 : int(number)]
    return bool(rentals) and all(_tells(told, rental, name) for rental in rentals)


def _tells(told: Told, rental: Mine, name: str) -> bool:
    if name in ("start", "end"):
        return told.tells_day(rental.first if name == "start" else rental.last)
    if name in ("total", "deposit"):
        return told.tells_amount(rental.total if name == "total" else rental.item.deposit)
    return told.tells_of(rental.item)


def _action(told: Told, value: str) -> bool:
    """A call of this name for one of the own rentals: the Nth, or any; `extend:DAY` until that day."""
    name, _, more = value.partition(":")
    number = int(more) if more.isdigit() else 0
    ids = [rental.id for place, rental in enumerate(told.mine, 1) if number in (0, place)]
    paths = {f"/api/rentals/{id_}/{name}" for id_ in ids}
    return any(
        (action["name"], action["method"]) == (name, "POST")
        and action["path"] in paths
        and (not more or more.isdigit() or (action.get("body") or {}).get("end_date") == more)
        for action in told.actions
    )


def _matches(expression: str, text: str) -> bool:
    return re.search(plain(expression), text, re.IGNORECASE) is not None


CHECKS: dict[str, Callable[[Told, str], bool]] = {
    "says": _says,
    "never": _never,
    "unread": _unread,
    "asks": _asks,
    "none": _none,
    "book": _book,
    "unknown": _unknown,
    "nocards": _nocards,
    "nodays": _nodays,
    "adult": _adult,
    "first": _first,
    "every": _every,
    "card": _card,
    "another": _another,
    "otherbrand": _other_brand,
    "fact": _fact,
    "compare": _compare,
    "cheapest": _cheapest,
    "cheaper": _cheaper,
    "dearer": _dearer,
    "own": _own,
    "action": _action,
}
