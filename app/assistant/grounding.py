"""Checks a model's words, sentence by sentence, before a customer reads them.

A sentence goes when it states a price, a size or a number that the evidence does not hold, names a maker or an
instrument that is not part of the answer, speaks in another's role, or repeats its instructions.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from functools import cache

from app.assistant import lexicon
from app.assistant.evidence import Candidate, Evidence
from app.vocabulary import SIZES

SENTENCE_END = re.compile(r"(?<=[.!?…؟。])[\"'”’)\]]*\s+|\n+")
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|no|nr|vs|etc|z\.b|ca)|^\W*\d{1,2}|\s\d{1,2})\.\s*\Z", re.IGNORECASE
)
ROLE = re.compile(r"^\W*(customer|user|assistant|system|shop|question|answer|instruction)s?\W*:", re.IGNORECASE)
MACHINERY = re.compile(
    r"<\||\|>|\[/?inst\]|<</?sys>>|\bsystem prompt\b|\bmy instructions\b|\bids?\s*:|\{\s*\"|```|https?://|www\.|@\w",
    re.IGNORECASE,
)
PROMISE = re.compile(
    r"\b(discount|% off|for free|free of charge|half price|refund|warranty|free delivery|gratis|kostenlos|rabatt)\b",
    re.I,
)
CURRENCY_OF = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP",
    "quid": "GBP", "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD", "chf": "CHF",
    "franken": "CHF", "francs": "CHF", "cents": "cents", "cent": "cents",
}  # fmt: skip
NAME_MARK = 0xE000  # The private use area: no customer and no model writes these, they are removed on the way in.
SHINGLE = 7


class Grounding:
    """Feed it the model's text as it comes; it gives back the whole sentences that hold.

    `named` are the ids of the candidates that the kept sentences name, `dropped` counts the sentences that went.
    """

    def __init__(self, evidence: Evidence, makers: Iterable[str] = (), instructions: str = "", question: str = ""):
        self.named: list[int] = []
        self.dropped = 0
        self._buffer = ""
        self._candidates = evidence.candidates
        self._budget = evidence.need.budget
        self._patterns = [_name_pattern(candidate) for candidate in self._candidates]
        self._foreign = _foreign_makers(makers, self._candidates)
        self._instructions = _shingles(instructions)
        self._last: Candidate | None = self._candidates[0] if len(self._candidates) == 1 else None
        self._numbers = _numbers(question) | {
            number
            for candidate in self._candidates
            for number in _numbers(f"{candidate.description} {candidate.units_available} {candidate.name}")
        }

    def feed(self, text: str) -> Iterator[str]:
        self._buffer += text
        start = 0
        for end in SENTENCE_END.finditer(self._buffer):
            sentence = self._buffer[start : end.end()]
            if ABBREVIATION.search(sentence) and "\n" not in end.group():
                continue
            start = end.end()
            yield from self._judged(sentence)
        self._buffer = self._buffer[start:]

    def finish(self) -> Iterator[str]:
        """The last sentence, for which no end mark came."""
        rest, self._buffer = self._buffer, ""
        yield from self._judged(rest)

    def _judged(self, sentence: str) -> Iterator[str]:
        if not sentence.strip():
            return
        masked = self._mask(sentence)
        if self._holds(sentence, masked):
            for mark in re.findall(f"[{chr(NAME_MARK)}-{chr(NAME_MARK + len(self._candidates))}]", masked):
                self._last = self._candidates[ord(mark) - NAME_MARK]
                if self._last.instrument_id not in self.named:
                    self.named.append(self._last.instrument_id)
            yield sentence
        else:
            self.dropped += 1

    def _mask(self, sentence: str) -> str:
        """The sentence with each candidate's name replaced by one mark, so that its digits are no claim."""
        marked = sentence
        for number, pattern in enumerate(self._patterns):
            marked = pattern.sub(chr(NAME_MARK + number), marked)
        return marked

    def _holds(self, sentence: str, masked: str) -> bool:
        return not (
            ROLE.search(sentence)
            or MACHINERY.search(sentence)
            or PROMISE.search(sentence)
            or self._foreign.search(masked)
            or self._instructions & _shingles(sentence)
        ) and self._numbers_hold(masked)

    def _numbers_hold(self, masked: str) -> bool:
        about, waiting = self._last, []
        for claim in CLAIM.finditer(masked):
            if claim["mark"]:
                about = self._candidates[ord(claim["mark"]) - NAME_MARK]
                if not all(self._is_true(earlier, about) for earlier in waiting):
                    return False
                waiting = []
            elif about is None:
                waiting.append(claim)
            elif not self._is_true(claim, about):
                return False
        return all(any(self._is_true(claim, candidate) for candidate in self._candidates) for claim in waiting)

    def _is_true(self, claim: re.Match[str], about: Candidate) -> bool:
        """Whether a number may stand where it stands, said of this candidate."""
        if claim["size"]:
            return claim["size"] == about.size if claim["size"] in SIZES else claim["size"] in self._numbers
        value = _value(claim["number"])
        currency = CURRENCY_OF.get((claim["before"] or claim["after"] or "").lower())
        period = _period(claim["period"])
        is_price = currency is not None or period is not None or bool(re.search(r"[.,]\d\d\Z", claim["number"]))
        if value is None:
            return False
        if not is_price:
            return claim["number"] in self._numbers
        if currency is not None and not _same_currency(currency, about.currency):
            return False
        if claim["bound"] and value in (self._budget.low, self._budget.high):
            return period in (None, self._budget.period)
        true = [about.rate(period)] if period else [about.rate(name) for name in PERIODS] + [about.deposit]
        return value in true


PERIODS = ("day", "week", "month")


@cache
def _number_words() -> str:
    words = [word for word, value in lexicon.load().numbers.items() if word.isascii() and value > 1]
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


@cache
def _claim_pattern() -> re.Pattern[str]:
    currency = "|".join(sorted(map(re.escape, CURRENCY_OF), key=len, reverse=True))
    return re.compile(
        rf"(?P<mark>[{chr(NAME_MARK)}-{chr(NAME_MARK + 999)}])"
        rf"|(?P<size>\b\d{{1,2}}/\d{{1,2}}\b)"
        rf"|(?P<bound>\b(?:under|below|within|limit of|budget of|limit is|budget is|up to|at most|maximum of)\s+(?:your\s+)?)?"
        rf"(?P<before>{currency})?\s*(?P<number>\d+(?:[.,]\d+)*|\b(?:{_number_words()})(?=\s+(?:{currency}|a day|a week|a month|per)\b))"
        rf"\s*(?P<after>(?:{currency})(?!\w))?"
        rf"\s*(?P<period>(?:(?:/|a|an|per|each|every|one)\s*(?:day|week|month)|daily|weekly|monthly)\b)?",
        re.IGNORECASE,
    )


CLAIM = _claim_pattern()


def _value(number: str) -> Decimal | None:
    words = lexicon.load().numbers
    if number.lower() in words:
        return Decimal(words[number.lower()])
    try:
        return Decimal(number.replace(",", "."))
    except InvalidOperation:
        return None


def _period(said: str | None) -> str | None:
    if not said:
        return None
    return next(period for period in PERIODS if period[:2] in said.lower().replace("daily", "day"))


def _same_currency(said: str, shop: str) -> bool:
    return said == shop or (said == "USD" and shop.endswith("D"))


def _name_pattern(candidate: Candidate) -> re.Pattern[str]:
    """The ways in which a text may name this instrument, longest first; spaces and hyphens are alike."""
    forms = {candidate.name, f"{candidate.brand} {candidate.model}"}
    if any(letter.isdigit() for letter in candidate.model) and len(candidate.model) >= 3:
        forms.add(candidate.model)
    parts = [r"[\s\-‑–]*".join(map(re.escape, re.findall(r"[^\W_]+|[^\w\s-]", form))) for form in forms if form.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts, key=len, reverse=True))})(?!\w)", re.IGNORECASE)


def _foreign_makers(makers: Iterable[str], candidates: tuple[Candidate, ...]) -> re.Pattern[str]:
    own = {candidate.brand.casefold() for candidate in candidates}
    foreign = {maker for maker in (*makers, *lexicon.makers()) if maker.casefold() not in own}
    # Makers' names are also words ("Martin", "Orange", "Boss"): only capitalised ones count.
    longest_first = sorted(foreign, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)" if foreign else r"(?!)")


def _shingles(text: str) -> set[tuple[str, ...]]:
    """Every run of seven words: a sentence that shares one with the instructions repeats them."""
    spoken = re.findall(r"\w+", text.casefold())
    return {tuple(spoken[place : place + SHINGLE]) for place in range(len(spoken) - SHINGLE + 1)}


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,/]\d+)*", text))
