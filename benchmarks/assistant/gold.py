"""The right answers, by brute force over what was stated: no query and no ranking of the application is used."""

from decimal import Decimal

from benchmarks.assistant.cases import Case, Item

HEADPHONE_KINDS = {"digital-piano", "keyboard", "synthesizer", "electronic-drum-kit"}


def fitting(case: Case, items: list[Item]) -> list[Item]:
    """The items that keep every stated limit and are free. A bare amount means the total, if anything keeps it then."""
    if "bare<" in case.limits:
        for reading in ("total<", "day<"):
            found = fitting(_read(case, reading), items)
            if found:
                return found
        return []
    return [item for item in items if not broken(case, item)]


def _read(case: Case, reading: str) -> Case:
    limits = {reading if name == "bare<" else name: value for name, value in case.limits.items()}
    return Case(case.kind, case.messages, limits)


def broken(case: Case, item: Item) -> list[str]:
    """The kinds of limits that this item breaks."""
    stated = case.limits
    place = str(stated["place"]) if "place" in stated else None
    free = item.free(*case.days, place)
    stands_there = place is None or item.units.get(place, 0) > 0
    checks = {
        "unavailable": stands_there and free == 0,
        "place": not stands_there,
        "quantity": "n" in stated and free < int(stated["n"]),  # type: ignore[call-overload]
        "total": "total<" in stated and rent(case, item) > stated["total<"],  # type: ignore[operator]
        "all in": "allin<" in stated and rent(case, item) + deposit(case, item) > stated["allin<"],  # type: ignore[operator]
        "category": "cat" in stated and item.category not in stated["cat"],  # type: ignore[operator]
        "refused": "not" in stated and item.category in stated["not"] and item.category not in stated.get("cat", ()),  # type: ignore[operator]
        "budget": any(
            (f"{period}<" in stated and item.rates[period] > stated[f"{period}<"])  # type: ignore[operator]
            or (f"{period}>" in stated and item.rates[period] < stated[f"{period}>"])  # type: ignore[operator]
            for period in item.rates
        ),
        "size": "size" in stated and (item.size or "4/4") not in str(stated["size"]).split(","),
        "brand": "brand" in stated and item.brand != stated["brand"],
        "refused brand": item.brand == stated.get("notbrand"),
    }
    return [name for name, is_broken in checks.items() if is_broken]


def rent(case: Case, item: Item) -> Decimal:
    """What as many as are wanted cost on all of the days."""
    return item.total(case.number_of_days or 1) * _number(case)


def deposit(case: Case, item: Item) -> Decimal:
    return item.deposit * _number(case)


def _number(case: Case) -> int:
    return int(case.limits.get("n", 1))  # type: ignore[call-overload, no-any-return]


def best(case: Case, items: list[Item]) -> list[Item]:
    """Of those that fit, the ones that match the most of what the customer leans to; of cheap ones the cheapest."""
    found = fitting(case, items)
    if not found:
        return []
    most = max(_leaning(case, item) for item in found)
    found = [item for item in found if _leaning(case, item) == most]
    if "cheap" in case.limits:
        least = min(item.rates["day"] for item in found)
        found = [item for item in found if item.rates["day"] == least]
    return found


def _leaning(case: Case, item: Item) -> int:
    is_quiet = item.category in HEADPHONE_KINDS or "headphone" in item.description or "Silent" in item.name
    return (
        4 * ("quiet" in case.limits and is_quiet)
        + 2 * (case.limits.get("level") in item.levels)
        + (case.limits.get("genre") in item.genres)
    )
