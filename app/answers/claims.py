"""The checkable claims in a sentence: which instrument it names, and each size, price and number that it states."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from app.rental.pricing import Per
from app.speech import lexicon

NAME_MARK = 0xE000  # The private use area: what customers and models write there is removed on the way in.
LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s")
MARKS = f"[{chr(NAME_MARK)}-{chr(NAME_MARK + 999)}]"
PERIODS = ("day", "week", "month")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
CURRENCIES = {
    "EUR": ("€", "eur", "euro", "euros"),
    "GBP": ("£", "gbp", "pound", "pounds", "quid"),
    "USD": ("$", "usd", "dollar", "dollars", "buck", "bucks"),
    "CHF": ("chf", "franken", "francs"),
    "cents": ("cent", "cents"),
}
CURRENCY_OF = {word: code for code, words in CURRENCIES.items() for word in words}


@dataclass(frozen=True)
class Claim:
    """One claim. `named` is the number of the instrument it names; else `text` is the number as it stands.

    A price has a `currency` or a `period`, or is written with two places; `is_limit` says that it stands as a limit
    ("under 20 EUR"), `is_size` that it is a fraction. A date is told as `day`, its month and its day; a
    length of time ("for two weeks") as its number of `days`.
    """

    text: str
    named: int | None = None
    value: Decimal | None = None
    currency: str | None = None
    period: str | None = None
    is_limit: bool = False
    is_size: bool = False
    day: tuple[int, int] | None = None
    days: int | None = None

    @property
    def is_price(self) -> bool:
        return self.currency is not None or self.period is not None or bool(re.search(r"[.,]\d\d\Z", self.text))


def read(sentence: str) -> Iterator[Claim]:
    """The claims of a sentence, in their order. Names of instruments must already be replaced by `mark`s."""
    for found in CLAIM.finditer(LIST_NUMBER.sub("", sentence)):
        if found["mark"]:
            yield Claim(found["mark"], named=ord(found["mark"]) - NAME_MARK)
        elif found["day"] or found["day_behind"]:
            month = lexicon.normalise(found["month"] or found["month_before"])[:3]
            yield Claim(found[0], day=(MONTHS.index(month) + 1, int(found["day"] or found["day_behind"])))
        elif found["length"]:
            yield Claim(found[0], days=_count(found["length"]) * (Per(found["unit"].lower()).days or 0))
        elif found["iso"]:
            year, month, day = map(int, found["iso"].split("-"))
            yield Claim(found[0], day=(month, day))
        elif found["size"]:
            yield Claim(found["size"], is_size=True)
        else:
            yield Claim(
                found["number"],
                value=_value(found["number"]),
                currency=CURRENCY_OF.get((found["before"] or found["after"] or "").lower()),
                period=_period(found["period"]),
                is_limit=bool(found["limit"]),
            )


def mark(number: int) -> str:
    """What stands for the name of instrument `number` in a sentence that is read."""
    return chr(NAME_MARK + number)


def _alternatives(words) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _pattern() -> re.Pattern[str]:
    currency = _alternatives(CURRENCY_OF)
    counted = _alternatives(word for word, value in lexicon.load().numbers.items() if word.isascii() and value > 1)
    limits = _alternatives(
        ["under", "below", "within", "limit of", "limit is", "budget of", "budget is", "up to", "at most", "maximum of"]
    )
    return re.compile(
        rf"""(?P<mark>{MARKS})
          | \bfor\s+(?P<length>\d{{1,3}}|an?|one|{counted})\s+(?P<unit>day|week|month)s?\b
          | \b(?P<iso>\d{{4}}-\d\d-\d\d)\b
          | \b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})\b
          | \b(?P<month_before>{MONTH})\s+(?P<day_behind>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*(?:{currency}))
          | (?P<size>\b\d{{1,2}}/\d{{1,2}}\b)
          | (?P<limit>\b(?:{limits})\s+(?:your\s+)?)?
            (?P<before>{currency})?\s*
            (?P<number>\d+(?:[.,]\d+)*|\b(?:{counted})(?=\s+(?:{currency}|a\s+day|a\s+week|a\s+month|per)\b))\s*
            (?P<after>(?:{currency})(?!\w))?\s*
            (?P<period>(?:(?:/|a|an|per|each|every|one)\s*(?:day|week|month)|daily|weekly|monthly)\b)?""",
        re.IGNORECASE | re.VERBOSE,
    )


CLAIM = _pattern()


def _count(said: str) -> int:
    return int(said) if said.isdecimal() else lexicon.load().numbers.get(said.lower(), 1)


def _value(number: str) -> Decimal | None:
    counted = lexicon.load().numbers.get(number.lower())
    if counted is not None:
        return Decimal(counted)
    try:
        return Decimal(number.replace(",", "."))
    except InvalidOperation:
        return None


def _period(said: str | None) -> str | None:
    if not said:
        return None
    return next(period for period in PERIODS if period in said.lower().replace("daily", "day"))
