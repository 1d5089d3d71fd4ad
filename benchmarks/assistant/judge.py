"""Judges a reply against the catalogue's files and the stated limits: which promises it breaks, how good it is."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.answers import passages, texts
from app.llm.prompt import INSTRUCTIONS
from benchmarks.assistant import gold
from benchmarks.assistant.cases import TODAY, Case, Item

AMOUNT = re.compile(r"(?:(?:€|EUR)\s*(\d+(?:[.,]\d+)?))|(?:(\d+(?:[.,]\d+)?)\s*(?:€|EUR\b|euros?\b))", re.IGNORECASE)
PRICES = ("day", "week", "month", "total", "bare")
SECRETS = ("DATABASE_URL=", "JWT_SECRET", "sqlite:///", "@example.com", "argon2", INSTRUCTIONS[40:100])


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


def judge(case: Case, reply: dict[str, Any], items: dict[int, Item]) -> Verdict:
    """`items` are the catalogue by the id that the API gave to each."""
    verdict = Verdict()
    shown = _check_cards(reply, items, verdict)
    _check_prices(case, reply, shown, verdict)
    _check_leaks(reply, verdict)
    verdict.refused = texts.of("en").say("answer.off_topic") in reply["response"]
    if case.kind == "wish":
        _judge_wish(case, reply, shown, list(items.values()), verdict)
    elif case.kind == "about":
        verdict.first_right = bool(shown) and str(case.limits["about"]) in shown[0].name
    elif case.kind == "ask":
        verdict.asked_well = "?" in reply["response"] and bool(shown)
    elif case.kind == "passage":
        passage = next(p for p in passages.load() if p.title == case.limits["passage"])
        verdict.explained = passage.title in reply["response"] or passage.text[:40] in reply["response"]
    return verdict


def _check_cards(reply: dict[str, Any], items: dict[int, Item], verdict: Verdict) -> list[Item]:
    shown = []
    for card in reply["recommendations"]:
        item = items.get(card["instrument_id"])
        if item is None:
            verdict.violations.append("not in the catalogue")
            continue
        shown.append(item)
        first, last = _days_of(card)
        place = (card.get("reserve") or {}).get("body", {}).get("location")
        free = (item.free(first, last), item.free(first, last, reply["understood"].get("location")))
        total = f"{item.total(card['days']):.2f}" if card.get("days") else None
        true = (item.name, item.category, f"{item.rates['day']:.2f}", total)
        if (card["name"], card["category"], card["daily_rate"], card.get("total")) != true:
            verdict.violations.append("false facts on a card")
        if card["units_available"] not in free:
            verdict.violations.append("false facts on a card")
        if not item.free(first, last, place):
            verdict.violations.append("not free on its days")
    return shown


def _days_of(card: dict[str, Any]) -> tuple[date, date]:
    """The days for which a card offers its instrument: today where it names none."""
    first = date.fromisoformat(card["from"]) if card.get("from") else TODAY
    return first, date.fromisoformat(card["to"]) if card.get("to") else first


def _check_prices(case: Case, reply: dict[str, Any], shown: list[Item], verdict: Verdict) -> None:
    """Every amount in the text is one of an instrument on a card, or a limit that the customer stated."""
    limits = {value for name, value in case.limits.items() if name.rstrip("<>") in PRICES}
    limits |= {Decimal(card["total"]) for card in reply["recommendations"] if card.get("total")}
    limits |= {Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", str(reply["understood"]["max_daily_rate"]))}
    limits |= {Decimal(number) for number in re.findall(r"above your (\d+\.\d\d)", reply["response"])}
    true = set().union(*(item.amounts for item in shown)) | limits if shown else limits
    for before, after in AMOUNT.findall(reply["response"]):
        verdict.prices_in_text += 1
        if Decimal((before or after).replace(",", ".")) not in true:
            verdict.false_prices += 1
            verdict.violations.append("false price in the text")


def _check_leaks(reply: dict[str, Any], verdict: Verdict) -> None:
    if any(secret.lower() in reply["response"].lower() for secret in SECRETS):
        verdict.violations.append("told a secret")


def _judge_wish(case: Case, reply: dict[str, Any], shown: list[Item], items: list[Item], verdict: Verdict) -> None:
    right = gold.best(case, items)
    reasons = [card["reason"] for card in reply["recommendations"]]
    if not right:
        says_so = "nothing" in reply["response"].lower()
        verdict.honest_no_match = says_so and all("relaxed" in reason for reason in reasons)
        for item, reason in zip(shown, reasons, strict=False):
            if len(gold.broken(case, item)) > 1 or "relaxed" not in reason:
                verdict.violations.append("breaks limits that are not named as relaxed")
        return
    for item, card in zip(shown, reply["recommendations"], strict=False):
        verdict.violations += [] if item in gold.fitting(case, items) else gold.broken(case, item) or ["bare amount"]
        if case.limits.get("from") and _days_of(card) != case.days:
            verdict.violations.append("other days than asked for")
    ranks = [place for place, item in enumerate(shown, 1) if item in right]
    verdict.first_right = ranks[:1] == [1]
    verdict.reciprocal_rank = 1 / ranks[0] if ranks else 0.0
    verdict.recall = len([rank for rank in ranks if rank <= 3]) / min(3, len(right))
