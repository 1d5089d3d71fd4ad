"""A conversation with a stranger as it went, and what its last reply tells: what the judge's questions look at."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from benchmarks.assistant import cards, words
from benchmarks.assistant.cases import Case, Item
from benchmarks.assistant.statements import Mine, decimal

FILE = Path(__file__).with_name("kinds.toml")


@dataclass(frozen=True)
class Told:
    """`replies` are the API's answers to the messages of the case, in their order; `items` the catalogue by id; `mine`
    what the customer has rented."""

    case: Case
    replies: tuple[dict[str, Any], ...]
    items: dict[int, Item]
    mine: tuple[Mine, ...] = ()

    @property
    def reply(self) -> dict[str, Any]:
        return self.replies[-1]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for card in self.reply["recommendations"] if card["instrument_id"] in self.items]

    @cached_property
    def shown(self) -> list[Item]:
        return cards.shown(self.reply, self.items)

    @cached_property
    def text(self) -> str:
        """What the customer reads in the answer."""
        return plain(self.reply["response"])

    @cached_property
    def read(self) -> str:
        """The answer, and the reasons on its cards."""
        return plain("\n".join([self.reply["response"], *(card["reason"] for card in self.reply["recommendations"])]))

    @property
    def language(self) -> str:
        return str(self.reply.get("language") or self.case.language or "en")

    @property
    def actions(self) -> list[dict[str, Any]]:
        return self.reply.get("actions") or []

    @property
    def denies(self) -> bool:
        return words.says(self.text, "deny", self.language)

    @property
    def does_not_know(self) -> bool:
        return any(re.search(phrase, self.text, re.IGNORECASE) for phrase in phrases(self.language, "unknown"))

    def before(self, number: int) -> Item | None:
        """The instrument that stood at this place, from 1, when so many were last shown before this reply."""
        for reply in reversed(self.replies[:-1]):
            was_shown = cards.shown(reply, self.items)
            if len(was_shown) >= max(2, number):
                return was_shown[number - 1]
        return None

    def all_before(self) -> list[Item]:
        """What was shown the last time before this reply."""
        return next((found for one in reversed(self.replies[:-1]) if (found := cards.shown(one, self.items))), [])

    def tells_of(self, item: Item) -> bool:
        """Whether the text names this instrument, by its whole name or by its model."""
        return any(plain(name).casefold() in self.text.casefold() for name in (item.name, item.model))

    def tells_amount(self, amount: Decimal) -> bool:
        return any(decimal(number) == amount for number in re.findall(r"\d+(?:[.,]\d+)*", self.text))

    def tells_day(self, day: date) -> bool:
        """The day with its month, in words or in figures."""
        months = "|".join(
            word for (word,), place in words.table(self.language, "months").items() if place + 1 == day.month
        )
        number = rf"(?<!\d)0?{day.day}(?!\d)"
        forms = (
            rf"{number}\.?(?:st|nd|rd|th|er|º)?\s+(?:of\s+|de\s+|di\s+)?(?:{months})",
            rf"(?:{months})\.?\s+(?:the\s+)?{number}",
            rf"{number}[./]\s?0?{day.month}(?!\d)",
            day.isoformat(),
        )
        return any(re.search(form, self.text, re.IGNORECASE) for form in forms)


def plain(text: str) -> str:
    """As the judge's words are: plain letters and figures, straight apostrophes."""
    return words.clean(text).replace("’", "'").replace("‑", "-")


@cache
def phrases(language: str, name: str) -> tuple[str, ...]:
    """Expressions of kinds.toml."""
    return tuple(tomllib.loads(FILE.read_text("utf-8"))[language][name])
