"""Checks a model's words, sentence by sentence, before a customer reads them.

A sentence goes when it states a price, a size or a number that the evidence does not hold, names a maker, an instrument
or a kind of instrument that is not part of the answer, promises what only the shop can promise, speaks in another's
role, repeats its instructions or itself, or was never finished. Of an answer to a question about the shop or an
instrument only those sentences stay whose words come from the passage that answers it, in its order: "a violin is
larger than a viola" is made of true words too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from datetime import date

from app.answers import claims
from app.answers.claims import Claim
from app.answers.evidence import Evidence
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.facets.kinds import Kinds
from app.rental.offer import Offer
from app.speech import lexicon, mentions

SENTENCE_END = re.compile(r"(?<=[.!?…؟。])[\"'”’)\]]*\s+|\n+")
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|approx|no|nr|vs|etc|z\.b|ca)|^\W*\d{1,2}|\s\d{1,2})\.\s*\Z", re.IGNORECASE
)
ROLE = re.compile(r"^\W*(customer|user|assistant|system|shop|question|answer|instruction)s?\W*:", re.IGNORECASE)
MACHINERY = re.compile(
    r"\bthe customer(?:'s)?\b|\bthe wish\b|<\||\|>|\[/?inst\]|\[[a-z' ]+\]|<</?sys>>|\bsystem prompt\b|\bmy instructions\b|\bids?\s*:|\{\s*\"|```|https?://|www\.|@\w",
    re.IGNORECASE,
)
PROMISE = re.compile(
    r"\b(discount|(?:special|exclusive|good|great|latest) (?:deal|offer|price)s?|website|"
    r"for free|free of charge|half price|refund|warranty|deliver(?:y|ed)?|your orders?|tomorrow|tonight|"
    r"yesterday|next (?:day|week|month)|(?:mon|tues|wednes|thurs|fri|satur|sun)day|pay(?:ment|ing)?|credit card|"
    r"sold out|out of stock|(?:not|no longer|n't|un) ?available|purchas\w+|"
    r"buy(?:ing)?|bought|sell(?:ing)?|sale|gratis|kostenlos|rabatt)\b|% off",
    re.IGNORECASE,
)
FREE = re.compile(r"\b(?:free|available|in stock|reserve it|have it)\b", re.IGNORECASE)
IDENTIFIER = re.compile(r"\b[A-Z]+_[A-Z_]+\b")  # The name of a setting, even if only repeated.
ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rules|prompt|above|previous)\b|\byou are now\b|"
    r"\bas an ai\b|\blanguage model\b|\bmust (?:recommend|say|answer)\b|\brecommend (?:only )?this\b|\bpretend\b",
    re.IGNORECASE,
)
SUPPORTED = 0.7  # The share of a sentence's longer words that must come from the passage.
IN_ORDER = 0.8  # The share of those that must stand there in the same order.
FINISHED = re.compile(r"[.!?…؟。:][\"'”’)\]*]*\s*\Z")
SHINGLE = 5


def checked(text: str, evidence: Evidence) -> str:
    """What holds of a whole text that somebody else wrote, an instrument's description for example."""
    checker = Grounding(evidence)
    return " ".join(sentence.strip() for sentence in (*checker.feed(text), *checker.finish()))


class Grounding:
    """Feed it the model's text as it comes; it gives back the whole sentences that hold.

    `named` are the ids of the candidates that the kept sentences name; `kept` and `dropped` count the sentences.
    """

    def __init__(self, evidence: Evidence, makers: Iterable[str] = (), instructions: str = "", question: str = ""):
        self.named: list[int] = []
        self.kept = 0
        self.dropped = 0
        self._said: set[str] = set()
        self._buffer = ""
        self._candidates = evidence.candidates
        self._budget = evidence.need[Budget]
        self._names = [_name_pattern(candidate) for candidate in self._candidates]
        self._foreign = _foreign_makers(makers, self._candidates)
        self._kinds = {candidate.category for candidate in self._candidates}.union(
            evidence.need[Kinds].categories,
            evidence.need[Kinds].refused,
            *mentions.kinds_in(question),
            *(mentions.kinds_in(evidence.passage.text) if evidence.passage else ()),
        )
        self._instructions = _shingles(instructions)
        self._last: Offer | None = self._candidates[0] if len(self._candidates) == 1 else None
        self._passage = evidence.passage
        self._is_taken = evidence.subject is not None and not evidence.subject.units_available
        told = " ".join(
            [evidence.passage.text if evidence.passage else "", question, *(c.name for c in self._candidates)]
        )
        self._supporting = set(lexicon.search_words(told))
        self._page = _long_words(evidence.passage.text) if evidence.passage else []
        known = "".join(f" {c.description} {c.units_available} {c.name} {c.days or ''}" for c in self._candidates)
        self._length = evidence.need[Days].days
        self._days = {(day.month, day.day) for day in _named_days(evidence)}
        self._numbers = _numbers(f"{question} {known} {evidence.passage.text if evidence.passage else ''}")

    def feed(self, text: str) -> Iterator[str]:
        """The sentences that became whole with this text, and hold."""
        self._buffer += text
        start = 0
        for end in SENTENCE_END.finditer(self._buffer):
            sentence = self._buffer[start : end.end()]
            if "\n" not in end.group() and ABBREVIATION.search(sentence):
                continue
            start = end.end()
            yield from self._judged(sentence)
        self._buffer = self._buffer[start:]

    def finish(self) -> Iterator[str]:
        """The rest. A sentence that was broken off goes, unless there is no other."""
        rest, self._buffer = self._buffer, ""
        if self.kept and not FINISHED.search(rest):
            self.dropped += bool(rest.strip())
            return
        yield from self._judged(rest)

    def _judged(self, sentence: str) -> Iterator[str]:
        if not sentence.strip():
            return
        masked = self._mask(sentence)
        stated = list(claims.read(masked))
        if not self._holds(sentence, masked, stated):
            self.dropped += 1
            return
        self.kept += 1
        self._said.add(_bare(sentence))
        for claim in stated:
            if claim.named is not None:
                self._last = self._candidates[claim.named]
                if self._last.instrument_id not in self.named:
                    self.named.append(self._last.instrument_id)
        yield sentence

    def _mask(self, sentence: str) -> str:
        """The sentence with each candidate's name replaced by one mark, so that its digits are no claim."""
        for number, name in enumerate(self._names):
            sentence = name.sub(claims.mark(number), sentence)
        return sentence

    def _holds(self, sentence: str, masked: str, stated: list[Claim]) -> bool:
        if any(pattern.search(sentence) for pattern in (ROLE, MACHINERY, IDENTIFIER, ORDERS)):
            return False
        if not self._is_supported(sentence) if self._passage else PROMISE.search(sentence):
            return False
        if self._is_taken and FREE.search(sentence):
            return False
        if _bare(sentence) in self._said or self._instructions & _shingles(sentence):
            return False
        if self._foreign.search(masked) or not all(kind & self._kinds for kind in mentions.kinds_in(masked)):
            return False
        return self._claims_hold(stated)

    def _is_supported(self, sentence: str) -> bool:
        said = _long_words(sentence)
        from_page = [word for word in said if word in self._page]
        return (
            bool(said)
            and sum(word in self._supporting for word in said) >= SUPPORTED * len(said)
            and _in_order(from_page, self._page) >= IN_ORDER * len(from_page)
        )

    def _claims_hold(self, stated: list[Claim]) -> bool:
        """Each number is said of the instrument named last before it; before the first name, of that first one."""
        about, waiting = self._last, []
        for claim in stated:
            if claim.named is not None:
                about = self._candidates[claim.named]
                if not all(self._is_true(earlier, about) for earlier in waiting):
                    return False
                waiting = []
            elif about is None:
                waiting.append(claim)
            elif not self._is_true(claim, about):
                return False
        return all(any(self._is_true(claim, candidate) for candidate in self._candidates) for claim in waiting)

    def _is_true(self, claim: Claim, about: Offer) -> bool:
        if claim.day:
            return claim.day in self._days
        if claim.days:
            return self._passage is not None or claim.days == self._length
        if claim.is_size:
            return claim.text == about.size
        if not claim.is_price:
            return claim.text in self._numbers
        if claim.currency and not _same_currency(claim.currency, about.currency):
            return False
        if claim.is_limit and claim.value in (self._budget.low, self._budget.high):
            return claim.period in (None, self._budget.per)
        if claim.period:
            return claim.value == about.price(claim.period)
        return claim.value in (*astuple(about.rates), about.deposit, about.total)


def _named_days(evidence: Evidence) -> Iterator[date]:
    """The days that an answer may name: those asked for, and those on which something is free instead."""
    for known in (evidence.need[Days], *evidence.candidates):
        yield from [known.start] if known.start else []
        yield from [known.period.last] if known.period else []


def _same_currency(said: str, shop: str) -> bool:
    """`$` and `dollar` are also what Canadians and Australians say."""
    return said == shop or (said == "USD" and shop.endswith("D"))


def _name_pattern(candidate: Offer) -> re.Pattern[str]:
    """The ways in which a text may name this instrument, longest first; spaces and hyphens are alike."""
    forms = {candidate.name, f"{candidate.brand} {candidate.model}"}
    if any(letter.isdigit() for letter in candidate.model) and len(candidate.model) >= 3:
        forms.add(candidate.model)
    parts = [r"[\s\-‑–]*".join(map(re.escape, re.findall(r"[^\W_]+|[^\w\s-]", form))) for form in forms if form.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts, key=len, reverse=True))})(?!\w)", re.IGNORECASE)


def _foreign_makers(makers: Iterable[str], candidates: tuple[Offer, ...]) -> re.Pattern[str]:
    """Makers that have no part in the answer. Their names are also words (Martin, Orange): only capitals count."""
    own = {candidate.brand.casefold() for candidate in candidates}
    foreign = sorted({m for m in (*makers, *lexicon.makers()) if m.casefold() not in own}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, foreign))})(?!\w)")


def _shingles(text: str) -> set[tuple[str, ...]]:
    """Every run of five words: a sentence that shares one with the instructions repeats them."""
    said = re.findall(r"\w+", text.casefold())
    return {tuple(said[place : place + SHINGLE]) for place in range(len(said) - SHINGLE + 1)}


def _long_words(text: str) -> list[str]:
    """In their order, with repetitions; short words support nothing."""
    return [word for word in re.findall(r"[^\W_]+", lexicon.normalise(text)) if len(word) > 3]


def _in_order(words: list[str], page: list[str]) -> int:
    """The length of the longest sequence that both have in common, with gaps."""
    longest = [0] * (len(page) + 1)
    for word in words:
        before = 0
        for place, other in enumerate(page, 1):
            before, longest[place] = longest[place], max(longest[place], longest[place - 1], (word == other) + before)
    return longest[-1]


def _bare(sentence: str) -> str:
    return " ".join(re.findall(r"\w+", sentence.casefold()))


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:[.,]\d+)*", text))
