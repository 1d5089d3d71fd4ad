"""Judges a reply against the catalogue's files and the stated limits: which promises it breaks, how good it is."""

from dataclasses import dataclass, field
from typing import Any

from benchmarks.assistant import cards, gold, house_book, statements, words
from benchmarks.assistant.cases import Case, Item
from benchmarks.assistant.statements import Fault, Heard, Mine


@dataclass
class Verdict:
    """What one reply is worth. `violations` name the promises that it breaks; None means: not asked of this case."""

    violations: list[str] = field(default_factory=list)
    first_right: bool | None = None
    recall: float | None = None
    reciprocal_rank: float | None = None
    honest_no_match: bool | None = None
    asked_well: bool | None = None
    explained: bool | None = None
    refused: bool = False
    prices_in_text: int = 0
    false_prices: int = 0
    faults: list[Fault] = field(default_factory=list)
    right: bool | None = None
    wrong: list[str] = field(default_factory=list)


def judge(case: Case, reply: dict[str, Any], items: dict[int, Item]) -> Verdict:
    """`items` are the catalogue by the id that the API gave to each."""
    verdict = promises(case, reply, items)
    shown = cards.shown(reply, items)
    verdict.refused = _says(reply["response"], "refused", case, reply)
    if case.kind == "wish":
        _judge_wish(case, reply, shown, list(items.values()), verdict)
    elif case.kind == "about":
        verdict.first_right = bool(shown) and str(case.limits["about"]) in shown[0].name
    elif case.kind == "ask":
        verdict.asked_well = any(mark in reply["response"] for mark in "?؟") and bool(shown)
    elif case.kind == "passage":
        page = house_book.page(str(case.limits["passage"]), language_of(case, reply))
        verdict.explained = page.title in reply["response"] or page.text[:40] in reply["response"]
    return verdict


def promises(case: Case, reply: dict[str, Any], items: dict[int, Item], mine: tuple[Mine, ...] = ()) -> Verdict:
    """What is false, whatever was asked: on the cards, in a statement of text and reasons, or in the language.

    `mine` are the customer's own rentals, of which the reply may tell.
    """
    reading = statements.read(Heard(case.messages, reply, items, language_of(case, reply), mine, case.kind == "own"))
    verdict = Verdict(faults=reading.faults, prices_in_text=reading.prices)
    verdict.violations = [
        *cards.faults(reply, items, [one.item for one in mine]),
        *(fault.kind for fault in reading.faults),
    ]
    verdict.false_prices = sum(fault.kind == statements.FALSE_PRICE for fault in reading.faults)
    if case.language and reply.get("language") != case.language:
        verdict.violations.append("another language")
    return verdict


def language_of(case: Case, reply: dict[str, Any]) -> str:
    """The language of the reply, as it tells itself; the usual design tells none."""
    return str(reply.get("language") or case.language or "en")


def _says(text: str, what: str, case: Case, reply: dict[str, Any]) -> bool:
    return words.says(text, what, language_of(case, reply))


def _judge_wish(case: Case, reply: dict[str, Any], shown: list[Item], items: list[Item], verdict: Verdict) -> None:
    right = gold.best(case, items)
    reasons = [card["reason"] for card in reply["recommendations"]]
    if not right:
        says_so = _says(reply["response"], "deny", case, reply)
        is_named = [_says(reason, "relaxed", case, reply) for reason in reasons]
        verdict.honest_no_match = says_so and all(is_named)
        for item, named in zip(shown, is_named, strict=False):
            if len(gold.broken(case, item)) > 1 or not named:
                verdict.violations.append("breaks limits that are not named as relaxed")
        return
    for item, card in zip(shown, reply["recommendations"], strict=False):
        verdict.violations += [] if item in gold.fitting(case, items) else gold.broken(case, item) or ["bare amount"]
        if case.limits.get("from") and cards.days_of(card) != case.days:
            verdict.violations.append("other days than asked for")
    ranks = [place for place, item in enumerate(shown, 1) if item in right]
    verdict.first_right = ranks[:1] == [1]
    verdict.reciprocal_rank = 1 / ranks[0] if ranks else 0.0
    verdict.recall = len([rank for rank in ranks if rank <= 3]) / min(3, len(right))
