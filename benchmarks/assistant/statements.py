"""Reads every statement of a text and tells which do not hold. Knows the catalogue, the request and the reply, and
nothing of how the application checks its models.

A text is cut into sentences, and these into tokens in which the names of instruments and places are one sign each. What
is said of an instrument is what follows its name, up to the next; where a sentence names none, the last one named or,
in the beginning, any that is shown. Words must be known: the instrument's own (its facts, its description), everyday
words of the language, the shop's own phrases, or, where no instrument is spoken of, the customer's. The house book's
sentences hold as they stand.

What it cannot see: a falsehood made of everyday words alone; which of two instruments shown is meant where a sentence
without a name speaks of "it" and the statement is true of one; a word of a description that is used of the right
instrument in another sense; numbers in words that are more than one word, which are never accepted; the manner.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from app.llm.prompt import INSTRUCTIONS
from benchmarks.assistant import ages, cards, foreign, house_book, quotes, words
from benchmarks.assistant.cases import TODAY, Item
from benchmarks.assistant.words import Found, clean

ANSWERS = Path(__file__).parents[2] / "app" / "answers"
HEADPHONES = {"digital-piano", "keyboard", "synthesizer", "electronic-drum-kit"}
SENTENCE_ENDS = re.compile(r"(?<=[.!?؟])[\"'”’)»]*\s+|\n+")
NOISE = re.compile(
    r"[<>{}\[\]|`@#\\^~*◁▷\ufffd_]|&\w+;|https?:|www\.|[0-9a-f]{24}"
    r"|^\s*(assistant|user|customer|system|human|ai|thinking|thought|analysis)\s*:"
    r"|(\S)\2{3,}|\b(\w+)(\W+\3\b){2,}|\b(\w+\W+\w+\W+\w+)(\W+\5\b)+",
    re.IGNORECASE | re.MULTILINE,
)
OTHER_MONEY = re.compile(r"[$£¥]|\b(dollars?|bucks|pounds?|usd|gbp|chf|francs?|balles)\b", re.IGNORECASE)
SECRETS = ("DATABASE_URL=", "JWT_SECRET", "sqlite", "@example.com", "argon2", "password", "ollama", "llama2")
FALSE_PRICE = "false price in the text"
RUN_OF_THE_PROMPT = 5
DAYS_OF = {"day": 1, "week": 7, "month": 30}


@dataclass(frozen=True)
class Fault:
    """A sentence that does not hold, and why: `kind` is what is counted."""

    kind: str
    sentence: str
    because: str = ""


@dataclass(frozen=True)
class Mine:
    """A rental of the customer's own, of which the reply may tell; `id` is the API's."""

    id: int
    item: Item
    first: date
    last: date
    total: Decimal


@dataclass(frozen=True)
class Heard:
    """A reply with all that it is held to. `language` is the one that it must be in."""

    messages: tuple[str, ...]
    reply: dict[str, Any]
    items: dict[int, Item]
    language: str
    mine: tuple[Mine, ...] = ()
    is_of_own: bool = False  # The customer asks about own rentals.

    @cached_property
    def sums(self) -> set[Decimal]:
        """Amounts that are true of the reply as a whole: of the customer's own rentals, of several pieces of one
        instrument, of the first choices of several parts."""
        return {*_sums_of_rentals(self.mine), *_sums_of_cards(self.cards, self.items)}

    @property
    def shown(self) -> list[Item]:
        return [self.items[card["instrument_id"]] for card in self.cards]

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for card in self.reply["recommendations"] if card["instrument_id"] in self.items]

    @property
    def said(self) -> str:
        return clean(" \n ".join(self.messages)).casefold()

    @property
    def days(self) -> tuple[date, date] | None:
        """The days of the offer: of the first card, else of the wish."""
        told = next((card for card in self.cards if card.get("from")), self.reply["understood"])
        if not told.get("from"):
            return None
        first = date.fromisoformat(told["from"])
        return first, date.fromisoformat(told["to"]) if told.get("to") else first

    def card_of(self, item: Item) -> dict[str, Any]:
        return next(card for card in self.cards if self.items[card["instrument_id"]] is item)

    @cached_property
    def lacks(self) -> bool:
        """Whether it is true that something is missing: no instrument fits what was understood, or one part of it; a
        word of the wish is named as unread; each card says what it relaxes; or somebody who rents nothing asks for
        own rentals. That something fits then, the limits of a case tell."""
        if self.is_of_own and not self.mine:
            return True
        is_unread = bool(self.reply["understood"].get("unread"))
        return is_unread or any(map(self._fits_none, self.wishes)) or self._is_relaxed

    @property
    def wishes(self) -> list[dict[str, Any]]:
        """What was understood; of several parts each, with what all have in common."""
        understood = self.reply["understood"]
        parts = understood.get("parts") or [{}]
        return [{**understood, **{name: told for name, told in part.items() if told}} for part in parts]

    def _fits_none(self, wish: dict[str, Any]) -> bool:
        return not any(self._fits(item, wish) for item in self.items.values())

    @property
    def _is_relaxed(self) -> bool:
        reasons = [card["reason"] for card in self.cards]
        return bool(reasons) and all(words.says(reason, "relaxed", self.language) for reason in reasons)

    def _fits(self, item: Item, wish: dict[str, Any]) -> bool:
        first = date.fromisoformat(wish["from"]) if wish["from"] else TODAY
        last = date.fromisoformat(wish["to"]) if wish["to"] else first
        low, high = wish.get("min_daily_rate"), wish.get("max_daily_rate")
        amounts = [Decimal(found) for found in re.findall(r"\d+(?:\.\d+)?", str(high))]
        return (
            (not wish["categories"] or item.category in wish["categories"])
            and item.category not in wish["refused"]
            and (not amounts or not re.fullmatch(r"[\d.]+", str(high)) or item.rates["day"] <= amounts[0])
            and (not low or not re.fullmatch(r"[\d.]+", str(low)) or item.rates["day"] >= Decimal(low))
            and (not wish["size"] or (item.size or "4/4") == wish["size"])
            and (not wish["brand"] or item.brand == wish["brand"])
            and all(item.attributes.get(name) == value for name, value in (wish.get("attributes") or {}).items())
            and item.free(first, last, wish["location"]) >= (wish.get("quantity") or 1)
        )


@dataclass(frozen=True)
class Reading:
    """What is wrong in a reply, and how many amounts of money it tells."""

    faults: list[Fault]
    prices: int


def _sums_of_rentals(mine: tuple[Mine, ...]) -> Iterator[Decimal]:
    for rental in mine:
        yield rental.total
        yield rental.item.deposit
        yield rental.item.rates["day"] * max(0, (TODAY - rental.last).days)
    yield sum((rental.total for rental in mine), Decimal(0))
    yield sum((rental.item.deposit for rental in mine), Decimal(0))


def _sums_of_cards(shown: list[dict[str, Any]], items: dict[int, Item]) -> Iterator[Decimal]:
    """Of several pieces of one instrument, and of the first choices of several parts: rent where the days are known,
    deposit, and both. Of a single piece both only: the others are judged by the period that is named beside them."""
    firsts: dict[Any, tuple[Decimal, Decimal]] = {}
    for card in shown:
        item, number = items[card["instrument_id"]], cards.quantity(card)
        rent = item.total(card["days"]) * number if card.get("days") else Decimal(0)
        firsts.setdefault(card.get("part"), (rent, item.deposit * number))
        yield from _sums(rent, item.deposit * number, is_of_several=number > 1)
    if len(firsts) > 1:
        yield from _sums(*map(sum, zip(*firsts.values(), strict=True)), is_of_several=True)


def _sums(rent: Decimal, deposit: Decimal, is_of_several: bool) -> Iterator[Decimal]:
    if rent:
        yield rent + deposit
    if is_of_several:
        yield from (amount for amount in (rent, deposit) if amount)


def read(heard: Heard) -> Reading:
    """Reads the response, and the reasons on the cards."""
    text = quotes.without(_without_fixed_sentences(heard.reply["response"]), heard.shown)
    text = quotes.without_words_of(" ".join(heard.messages), text)
    reader = _Reader(heard)
    faults = [*_noise(text), *_leaks(text), *_echoes(text, heard), *reader.read(text)]
    prices = reader.prices
    for card in heard.cards:
        reader.last = [heard.items[card["instrument_id"]]]
        faults += reader.read(quotes.without_words_of(" ".join(heard.messages), card["reason"]), about=reader.last)
    return Reading(faults, prices)


def _without_fixed_sentences(text: str) -> str:
    """The text without what is the house book's word by word, and what is said of languages that are not read."""
    return house_book.without(foreign.without(" ".join(text.split())))


def _noise(text: str) -> Iterator[Fault]:
    for match in NOISE.finditer(text):
        yield Fault("noise", text[max(0, match.start() - 20) : match.end() + 20])
    sentences = [" ".join(words.tokens(clean(part))) for part in SENTENCE_ENDS.split(text) if len(part) > 12]
    if len(set(sentences)) < len(sentences):
        yield Fault("noise", text, "a sentence twice")
    for letter in text:
        if letter.isalpha() and not re.match(
            r"[\u0000-\u024f\u0600-\u06ff\u1e00-\u1eff\ufb50-\ufdff\ufe70-\ufeff]", letter
        ):
            yield Fault("noise", text, f"the letter {letter}")
            return


def _leaks(text: str) -> Iterator[Fault]:
    if any(secret.casefold() in text.casefold() for secret in SECRETS):
        yield Fault("told a secret", text)
    told, prompt = words.tokens(clean(text)), " ".join(words.tokens(clean(INSTRUCTIONS)))
    for start in range(len(told) - RUN_OF_THE_PROMPT + 1):
        if f" {' '.join(told[start : start + RUN_OF_THE_PROMPT])} " in f" {prompt} ":
            yield Fault("told a secret", text, "the prompt's words")
            return


def _echoes(text: str, heard: Heard) -> Iterator[Fault]:
    for sentence in SENTENCE_ENDS.split(clean(text)):
        said = " ".join(words.tokens(sentence))
        asked = [" ".join(words.tokens(message)) for message in heard.said.split(" \n ")]
        if len(said.split()) > 4 and any(_holds(message, said.strip(" ?.!¿¡")) for message in asked):
            yield Fault("echo", sentence)


def _holds(message: str, sentence: str) -> bool:
    """Whether one of them is a part of the other, and long enough to be an echo."""
    message = message.strip(" ?.!؟¿¡")
    return sentence in message or (len(message.split()) > 4 and message in sentence)


@dataclass(frozen=True)
class _Named:
    """A sign that stands in the text: for the items of a name, or for a place."""

    items: tuple[Item, ...] = ()
    place: str = ""


class _Reader:
    """Reads texts in their order; `last` are the items spoken of last."""

    def __init__(self, heard: Heard):
        self.heard, self.language = heard, heard.language
        self.last: list[Item] = []
        self.mine = [rental.item for rental in heard.mine]
        self.prices = 0
        self._signs: dict[str, _Named] = {}
        known = [*heard.shown, *self.mine]
        self._names = sorted(
            self._all_names(), key=lambda pair: (-len(pair[0]), not any(i in known for i in pair[1].items))
        )
        self._house_words = _words_of_the_shop(self.language)

    def read(self, text: str, about: list[Item] | None = None) -> Iterator[Fault]:
        for sentence in SENTENCE_ENDS.split(self._with_signs(self._with_whole_dates(clean(text)))):
            tokens = words.tokens(sentence)
            if tokens:
                readable = "".join(self._readable(letter) for letter in sentence)
                for kind, because in self._sentence(tokens, about):
                    yield Fault(kind, readable, because)

    def _with_whole_dates(self, text: str) -> str:
        """Without the full stops that belong to a date: "So., 21. März", "1 sept."."""
        months, weekdays = (words.table(self.language, name) for name in ("months", "weekdays"))
        short = "|".join(phrase[0] for phrase in (*months, *weekdays) if len(phrase) == 1)
        text = re.sub(rf"(?<!\w)({short})\.(?=[\s,);]|$)", r"\1", text, flags=re.IGNORECASE)
        named = "|".join(phrase[0] for phrase in months)
        return re.sub(rf"(?<!\d)(\d{{1,2}})\.(?=\s+({named})(?!\w))", r"\1", text, flags=re.IGNORECASE)

    # --- Names
    def _all_names(self) -> Iterator[tuple[str, _Named]]:
        known = [*self.heard.shown, *self.mine]
        for item in self.heard.items.values():
            is_shown = item in known
            names = {item.name, f"{item.brand} {item.model}"}
            if is_shown and (re.search(r"\d", item.model) or len(item.model) > 5):
                names |= {item.model, re.sub(rf"^{re.escape(item.brand)} ", "", item.name)}
            for name in names:
                alike = [
                    one
                    for one in (known if is_shown else [])
                    if name in (one.name, f"{one.brand} {one.model}", one.model)
                ]
                yield clean(name).casefold(), _Named(tuple(alike or [item]))
        for place in {place for item in self.heard.items.values() for place in item.units}:
            yield clean(place).casefold(), _Named(place=place)

    def _with_signs(self, text: str) -> str:
        seen = text.casefold()
        for name, named in self._names:
            if name not in seen:
                continue
            pattern = re.compile(rf"(?<![^\W\u0600-\u06ff]){re.escape(name)}(?!\w)", re.IGNORECASE)
            if pattern.search(text):
                sign = chr(0xE000 + len(self._signs))
                self._signs[sign] = named
                text = pattern.sub(f" {sign} ", text)
        return text

    def _readable(self, letter: str) -> str:
        named = self._signs.get(letter)
        return letter if named is None else named.place or named.items[0].name

    # --- One sentence
    def _sentence(self, tokens: list[str], about: list[Item] | None) -> Iterator[tuple[str, str]]:
        scopes = self._scopes(tokens)
        names_any = any(self._signs.get(token, _Named()).items for token in tokens)
        if re.search(OTHER_MONEY, " ".join(tokens)):
            yield FALSE_PRICE, "another currency"
        read: set[int] = set()
        yield from self._unshown(tokens)
        yield from self._prices(tokens, scopes, read)
        yield from self._times(tokens, scopes, read)
        yield from self._facts(tokens, scopes, read)
        yield from self._acts(tokens, scopes)
        yield from self._rest(tokens, scopes, read, names_any or about is not None)
        groups = [scope for scope in scopes if scope]
        self.last = about or (groups[-1] if groups and names_any else self.last)

    def _scopes(self, tokens: list[str]) -> list[list[Item]]:
        """For each token the items that it speaks of: those named last before it, else those named first after it."""
        joined = words.table(self.language, "joint")
        scopes: list[list[Item]] = []
        group: list[Item] = []
        is_open = False
        for token in tokens:
            items = self._signs.get(token, _Named()).items
            if items:
                group = [*group, *items] if is_open else list(items)
                is_open = True
            elif (token,) not in joined:
                is_open = False
            scopes.append(group)
        first = next((scope for scope in scopes if scope), None)
        before = self.last or self.heard.shown
        plural = words.find(words.table(self.language, "together"), tokens, self.language)
        if plural and not first:
            before = self.heard.shown[:2]
        return [scope or first or before for scope in scopes]

    def _is_plural(self, tokens: list[str]) -> bool:
        return bool(words.find(words.table(self.language, "together"), tokens, self.language))

    def _unshown(self, tokens: list[str]) -> Iterator[tuple[str, str]]:
        for token in tokens:
            for item in self._signs.get(token, _Named()).items:
                if item not in (*self.heard.shown, *self.mine) and clean(item.model).casefold() not in self.heard.said:
                    yield "another instrument", item.name

    # --- Amounts
    def _prices(self, tokens: list[str], scopes: list[list[Item]], read: set[int]) -> Iterator[tuple[str, str]]:
        amounts = list(self._amounts(tokens))
        self.prices += len(amounts)
        phrases = self._periods(tokens)
        taken: dict[int, list[Found]] = {place: [] for place in range(len(amounts))}
        for phrase in phrases:
            before = [n for n, amount in enumerate(amounts) if amount.end <= phrase.start]
            after = [n for n, amount in enumerate(amounts) if amount.start >= phrase.end]
            if before and (not taken[before[-1]] or not after):
                taken[before[-1]].append(phrase)
            elif after:
                taken[after[0]].append(phrase)
        for number, amount in enumerate(amounts):
            read.update(range(amount.start, amount.end))
            scope = scopes[amount.start]
            if amount.value is None or not self._price_holds(amount.value, taken[number], scope, tokens):
                told = ", ".join(str(phrase.value) for phrase in taken[number])
                yield FALSE_PRICE, f"{amount.value} for {told or 'no period'}"
            for phrase in taken[number]:
                read.update(range(phrase.start, phrase.end))

    def _amounts(self, tokens: list[str]) -> Iterator[Found]:
        """Numbers beside a currency, and what is left in words: value None where it cannot be read."""
        money = {"€"} | {phrase[0] for phrase in words.table(self.language, "currency")} | {"eur", "euro", "euros"}
        at = [place for place, token in enumerate(tokens) if token in money]
        used: set[int] = set()
        for place in at:
            if place in used:
                continue
            before, after = self._number(tokens, place - 1), self._number(tokens, place + 1)
            if place and before is not None and place - 1 not in used:
                end = place + 1
                cents = self._cents(tokens, place)
                value = before + cents / 100 if cents is not None and cents < 100 else before
                end += cents is not None
                yield Found(value, place - 1, end)
                used.update(range(place - 1, end))
            elif after is not None:
                yield Found(after, place, place + 2)
                used.update((place, place + 1))
            else:
                yield Found(None, place, place + 1)
        for place, token in enumerate(tokens[:-1]):  # "twelve fifty"
            first, second = self._number(tokens, place), self._number(tokens, place + 1)
            if place not in used and not token[0].isdigit() and first and second and place + 1 not in used:
                yield Found(first + second / 100, place, place + 2)
                used.update((place, place + 1))

    def _cents(self, tokens: list[str], money: int) -> Decimal | None:
        """The number in words behind a currency that stands behind one: "zwölf Euro fünfzig"."""
        is_word = money + 1 < len(tokens) and self._is_number_word(tokens[money + 1])
        return self._number(tokens, money + 1) if is_word and not tokens[money - 1][0].isdigit() else None

    def _number(self, tokens: list[str], place: int) -> Decimal | None:
        if not 0 <= place < len(tokens):
            return None
        token = tokens[place]
        if token[0].isdigit():
            return decimal(token)
        numbers = words.table(self.language, "numbers")
        for form in words.forms(self.language, token):
            if (form,) in numbers:
                return Decimal(numbers[form,])
        return Decimal(1) if (token,) in words.table(self.language, "one") else None

    def _periods(self, tokens: list[str]) -> list[Found]:
        """What amounts are for: `day`, `week`, `month`, `deposit`, `total`, or a number of days."""
        lasting = []
        units = words.table(self.language, "units")
        for unit in words.find(units, tokens, self.language):
            number = self._number(tokens, unit.start - 1)
            is_told = number is not None and (tokens[unit.start - 1],) not in words.table(self.language, "one")
            if is_told or unit.value == "14":
                days = int(number or 1) * int(unit.value) if is_told else 14
                lasting.append(Found(days, unit.start - is_told, unit.end))
        covered = {place for span in lasting for place in range(span.start, span.end)}
        named = words.find(words.table(self.language, "periods"), tokens, self.language)
        return sorted(
            [*lasting, *(one for one in named if not covered & set(range(one.start, one.end)))],
            key=lambda one: one.start,
        )

    def _price_holds(self, amount: Decimal, phrases: list[Found], scope: list[Item], tokens: list[str]) -> bool:
        limited = bool(words.find(words.table(self.language, "limit"), tokens, self.language))
        if amount in self.heard.sums or (limited and amount in self._limits()):
            return True
        holds = [all(self._is_rate(amount, phrase.value, item) for phrase in phrases) for item in scope]
        if not phrases:
            holds = [amount in (item.rates["day"], self._total(item), self._total_of_all(item)) for item in scope]
        if not holds:
            return False
        return all(holds) if len(scope) > 1 and (self._is_plural(tokens) or self._groups(tokens, scope)) else any(holds)

    def _groups(self, tokens: list[str], scope: list[Item]) -> bool:
        """Whether the items of a scope were named side by side, so that what is said is said of each."""
        return (
            len({item.name for token in tokens for item in self._signs.get(token, _Named()).items if item in scope}) > 1
        )

    def _limits(self) -> set[Decimal]:
        understood = self.heard.reply["understood"]
        told = f"{understood.get('max_daily_rate')} {understood.get('min_daily_rate')} {self.heard.said}"
        return {number for found in re.findall(r"\d+(?:[.,]\d+)*", told) if (number := decimal(found)) is not None}

    def _is_rate(self, amount: Decimal, period: str | int, item: Item) -> bool:
        if period == "deposit":
            return amount == item.deposit
        if period == "total":
            return amount == self._total(item)
        if isinstance(period, int):
            return amount == item.total(period)
        return amount == item.rates[period]

    def _total(self, item: Item) -> Decimal | None:
        if item not in self.heard.shown:
            return None
        total = self.heard.card_of(item).get("total")
        return Decimal(total) if total else None

    def _total_of_all(self, item: Item) -> Decimal | None:
        """Of all the pieces that its card is for; that they are as many as were asked for is seen elsewhere."""
        total = self._total(item)
        return None if total is None else total * self.heard.card_of(item).get("quantity", 1)

    # --- Days
    def _times(self, tokens: list[str], scopes: list[list[Item]], read: set[int]) -> Iterator[tuple[str, str]]:
        months = words.find(words.table(self.language, "months"), tokens, self.language)
        both = set(words.table(self.language, "months")) & set(words.table(self.language, "weekdays"))
        months = [one for one in months if (tokens[one.start],) not in both or self._is_day(tokens, one.start - 1)]
        for month in months:
            read.update(range(month.start, month.end))
            day_at = next((p for p in (month.start - 1, month.start - 2, month.end) if self._is_day(tokens, p)), None)
            if day_at is None:
                if not self._said(tokens[month.start]) and tokens[month.start] not in ("may", "mar"):
                    yield "false day", tokens[month.start]
                continue
            read.add(day_at)
            day = int(tokens[day_at])
            if not self._is_true_day(day, month.value + 1, scopes[month.start]):
                yield "false day", f"{day} {tokens[month.start]}"
        weekdays = words.find(words.table(self.language, "weekdays"), tokens, self.language)
        told = {day.weekday() for day in self._true_days(self.heard.shown)}
        spoken_for = {month.start for month in months}
        for weekday in weekdays:
            if weekday.start in spoken_for:
                continue
            read.update(range(weekday.start, weekday.end))
            named = tokens[weekday.start]
            is_short = len(named) <= 3 and not self._is_day(tokens, weekday.end)  # "la main de jeu", "the sun".
            if weekday.value not in told and not self._said(named) and not is_short:
                yield "false day", named
        for relative in words.find(words.table(self.language, "relative"), tokens, self.language):
            span = range(relative.start, relative.end)
            if not read & set(span) and not all(self._said(tokens[place]) for place in span):
                yield "false day", tokens[relative.start]
        for place, token in enumerate(tokens):
            if re.fullmatch(r"20\d\d", token) and int(token) in {day.year for day in self._true_days(self.heard.shown)}:
                read.add(place)
        for lasting in self._periods(tokens):
            if isinstance(lasting.value, int) and not set(range(lasting.start, lasting.end)) & read:
                read.update(range(lasting.start, lasting.end))
                if not self._lasts(lasting.value):
                    yield "false day", f"{lasting.value} days"

    def _is_day(self, tokens: list[str], place: int) -> bool:
        return 0 <= place < len(tokens) and tokens[place].isdecimal() and 1 <= int(tokens[place]) <= 31

    def _said(self, token: str) -> bool:
        return re.search(rf"(?<![\w/.,]){re.escape(token)}(?![/\d]|[.,]\d)", self.heard.said) is not None

    def _said_as_number(self, value: Decimal | None) -> bool:
        """Whether the customer named it, in figures or in words: `acht` is 8."""
        numbers = words.table(self.language, "numbers")
        in_words = any(self._said(word) for (word,), number in numbers.items() if number == value)
        return in_words or self._said(str(value))

    def _true_days(self, items: Iterable[Item]) -> set[date]:
        """The first and last days of cards and wish, those after which something is free again, and today."""
        days = {day for rental in self.heard.mine for day in (rental.first, rental.last)}
        days |= {date.fromisoformat(action["body"]["end_date"]) for action in self._actions_with_a_day()}
        for told in (*self.heard.cards, self.heard.reply["understood"]):
            days |= {date.fromisoformat(told[name]) for name in ("from", "to") if told.get(name)}
        again = {booking.last + timedelta(1) for item in items for booking in item.bookings}
        until = {booking.first - timedelta(1) for item in items for booking in item.bookings}
        return days | again | until

    def _actions_with_a_day(self) -> list[dict[str, Any]]:
        actions = self.heard.reply.get("actions") or []
        return [action for action in actions if (action.get("body") or {}).get("end_date")]

    def _is_true_day(self, day: int, month: int, items: list[Item]) -> bool:
        named = [item for item in self.heard.items.values() if clean(item.model).casefold() in self.heard.said]
        return (day, month) in {(true.day, true.month) for true in self._true_days([*items, *named])} or (
            month == TODAY.month and self._is_limit_of_booking(day, month)
        )

    def _is_limit_of_booking(self, day: int, month: int) -> bool:
        """How far ahead bookings go: a year from today."""
        return (day, month) == (TODAY.day, TODAY.month)

    def _lasts(self, days: int) -> bool:
        spans = {card["days"] for card in self.heard.cards if card.get("days")}
        if self.heard.days:
            spans.add((self.heard.days[1] - self.heard.days[0]).days + 1)
        told = {decimal(found) for found in re.findall(r"\d+", self.heard.said)}
        return days in spans or Decimal(days) in told or days == 365

    # --- Facts of instruments
    def _facts(self, tokens: list[str], scopes: list[list[Item]], read: set[int]) -> Iterator[tuple[str, str]]:
        is_question = tokens[-1] in "?؟"
        for level in words.find(words.table(self.language, "levels"), tokens, self.language):
            read.update(range(level.start, level.end))
            if not self._of_any(scopes[level.start], lambda item, level=level: level.value in item.levels, is_question):
                yield "false level", level.value
        for genre in words.find(words.table(self.language, "genres"), tokens, self.language):
            is_own = self._of_any(
                scopes[genre.start], lambda item, genre=genre: genre.value in item.genres, is_question
            )
            described = any(tokens[genre.start] in _own_words(item) for item in scopes[genre.start])
            if (
                not is_own
                and not described
                and not self._in_a_name(tokens, genre, scopes)
                and not self._wished(tokens, genre)
            ):
                yield "false style", genre.value
        for kind in words.find(words.kinds(self.language), tokens, self.language):
            yield from self._kind(tokens, kind, scopes)
        brands = {clean(item.brand).casefold(): item.brand for item in self.heard.items.values()}
        found = words.find({tuple(words.tokens(name)): brand for name, brand in brands.items()}, tokens)
        for brand in found:
            read.update(range(brand.start, brand.end))
            if brand.value not in {item.brand for item in scopes[brand.start]} and not self._said(tokens[brand.start]):
                yield "another instrument", brand.value
        yield from self._places(tokens, scopes, read)

    def _places(self, tokens: list[str], scopes: list[list[Item]], read: set[int]) -> Iterator[tuple[str, str]]:
        for place, token in enumerate(tokens):
            where = self._signs.get(token, _Named()).place
            if where and not any(item.units.get(where) for item in scopes[place]) and not self._said(where.casefold()):
                yield "false place", where
            if "/" in token and len(token) > 1:
                read.add(place)
                if not self._is_size(token, scopes[place]):
                    yield "false size", token
        for size in words.find(words.table(self.language, "sizes"), tokens, self.language):
            if not self._is_size(str(size.value), scopes[size.start]):
                yield "false size", str(size.value)

    def _is_size(self, size: str, scope: list[Item]) -> bool:
        """Whether something spoken of has it, or the customer named it."""
        sizes = {item.size or "4/4" for item in scope} | {wish["size"] for wish in self.heard.wishes}
        return size in sizes or re.search(rf"(?<!\d){size}(?!\d)", self.heard.said) is not None

    def _of_any(self, scope: list[Item], holds: Any, is_question: bool) -> bool:
        return is_question or not scope or any(map(holds, scope))

    def _in_a_name(self, tokens: list[str], found: Found, scopes: list[list[Item]]) -> bool:
        """Whether the word belongs to what a kind of instrument is called: "classical guitar"."""
        spans = words.find(words.kinds(self.language), tokens, self.language)
        return any(span.start <= found.start < span.end for span in spans)

    def _wished(self, tokens: list[str], found: Found) -> bool:
        return found.value in self.heard.reply["understood"]["genres"] and not any(t in self._signs for t in tokens)

    def _kind(self, tokens: list[str], kind: Found, scopes: list[list[Item]]) -> Iterator[tuple[str, str]]:
        scope = scopes[kind.start]
        is_named = any(self._signs.get(token, _Named()).items for token in tokens)
        own = any(item.category in kind.value for item in scope)
        described = any(all(t in _own_words(item) for t in tokens[kind.start : kind.end]) for item in scope)
        understood = self.heard.reply["understood"]
        wished = set(kind.value) & {*understood["categories"], *understood["refused"]}
        if (
            is_named
            and not own
            and not described
            and not (wished and self.heard.lacks)
            or not is_named
            and not own
            and not wished
            and not self._said(tokens[kind.start][:4])
        ):
            yield "false kind", " ".join(tokens[kind.start : kind.end])

    # --- What a sentence does
    def _acts(self, tokens: list[str], scopes: list[list[Item]]) -> Iterator[tuple[str, str]]:
        is_question = tokens[-1] in "?؟"
        lacks = self.heard.lacks
        is_refusal = bool(words.find(words.table(self.language, "refused"), tokens, self.language))
        if not lacks and not is_refusal and not is_question and not self._is_taken(scopes):
            for name, kind in (("deny", "false denial"), ("sorry", "apology")):
                found = words.find(words.table(self.language, name), tokens, self.language)
                if found and not self._is_refused(tokens, found):
                    yield kind, tokens[found[0].start]
        start = next((place for place, token in enumerate(tokens) if token[0].isalpha()), 0)
        for yes in words.find(words.table(self.language, "yes"), tokens[start : start + 3], self.language):
            if yes.start == 0 and not (lacks and (tokens[start],) in words.table(self.language, "deny")):
                yield "yes or no", tokens[start]
        for may in words.find(words.table(self.language, "may"), tokens, self.language):
            yield "promise", " ".join(tokens[may.start : may.end])
        if is_question:
            return
        stock = words.table(self.language, "stock")
        for state in words.find(stock, tokens, self.language):
            if state.value == "few" or (state.value == "gone" and not self._is_taken(scopes)):
                yield "false stock", " ".join(tokens[state.start : state.end])

    def _is_taken(self, scopes: list[list[Item]]) -> bool:
        """Whether what is spoken of is indeed not free."""
        first, last = self.heard.days or (TODAY, TODAY)
        return bool(scopes and scopes[0]) and not any(item.free(first, last) for item in scopes[0])

    def _is_refused(self, tokens: list[str], found: list[Found]) -> bool:
        """Whether the word takes up what the customer does not want."""
        understood = self.heard.reply["understood"]
        return bool(understood["refused"]) and any(t in self.heard.said for t in tokens[found[0].start : found[0].end])

    # --- Numbers and words that nothing explained
    def _rest(
        self, tokens: list[str], scopes: list[list[Item]], read: set[int], is_named: bool
    ) -> Iterator[tuple[str, str]]:
        for part in words.find(words.table(self.language, "parts"), tokens, self.language):
            if not any(tokens[part.start] in _own_words(item) for item in scopes[part.start]):
                yield "false number", tokens[part.start]
        for place, token in enumerate(tokens):
            if place in read or token in self._signs or not token[0].isalnum():
                continue
            if token[0].isdigit() or self._is_number_word(token):
                if not self._number_holds(tokens, place, scopes[place]):
                    yield "false number", token
            elif not self._is_supported(token, scopes[place], is_named):
                yield "unknown word", token
        yield from self._combinations(tokens, scopes)

    def _is_number_word(self, token: str) -> bool:
        numbers = words.table(self.language, "numbers")
        return any((form,) in numbers for form in words.forms(self.language, token))

    def _number_holds(self, tokens: list[str], place: int, scope: list[Item]) -> bool:
        """A number of the description, of free units, of those shown, of the customer, or a list's."""
        value = self._number(tokens, place)
        if any(tokens[place] in _own_words(item) for item in scope):
            return True
        if self._said(tokens[place]) and not any(self._signs.get(t, _Named()).items for t in tokens):
            return True
        free = {self.heard.card_of(item)["units_available"] for item in scope if item in self.heard.shown}
        counted = words.find(words.table(self.language, "stock"), tokens, self.language)
        wanted = {wish.get("quantity") for wish in self.heard.wishes}
        lacking = words.find(words.table(self.language, "relaxed"), tokens, self.language)
        if (counted or lacking) and (value in free or value in wanted):
            return True
        if tokens[place + 1 : place + 2] == ["×"]:
            return value in {cards.quantity(self.heard.card_of(item)) for item in self._named_next(tokens, place)}
        if place == 0 and tokens[1:2] == ["."]:
            return value is not None and 1 <= value <= len(self.heard.cards)
        if not counted and value is not None and self._is_of_a_body(value, tokens, scope):
            return True
        limited = words.find(words.table(self.language, "limit"), tokens, self.language)
        return (self._said_as_number(value) and not counted) or (bool(limited) and value in self._limits())

    def _named_next(self, tokens: list[str], place: int) -> list[Item]:
        """Those shown whose name stands after this place, the next one only."""
        named = (self._signs[token].items for token in tokens[place:] if token in self._signs)
        return [item for item in next(named, ()) if item in self.heard.shown]

    def _is_of_a_body(self, value: Decimal, tokens: list[str], scope: list[Item]) -> bool:
        """A height that was said in metres, or an age at which the size named beside it is usual."""
        told = [item for item in scope if (item.size or "4/4") in tokens]
        return value in ages.heights(self.heard.said) or any(
            ages.is_usual(item.category, item.size, int(value)) for item in told
        )

    def _is_supported(self, token: str, scope: list[Item], is_named: bool) -> bool:
        if words.is_known(self.language, token):
            return True
        if any(form in self._house_words for form in words.forms(self.language, token)):
            return True
        if any(form in _category_words(self.language) for form in words.forms(self.language, token)):
            return True
        if any(token in _own_words(item) or token.rstrip("s") in _own_words(item) for item in scope):
            return True
        return (not is_named or self.heard.lacks) and len(token) > 2 and self._said(token)

    def _is_own_alone(self, token: str) -> bool:
        """Whether only an instrument's own description can support a word."""
        return not words.is_known(self.language, token) and token not in _category_words(self.language)

    def _combinations(self, tokens: list[str], scopes: list[list[Item]]) -> Iterator[tuple[str, str]]:
        """Words of a description stand in its order: side by side here, not more than five apart there."""
        last: str | None = None
        for place, token in enumerate(tokens):
            scope = scopes[place]
            if token in ",;:.()" or token in ("and", "or", "with") or token in self._signs:
                last = None
            elif self._is_own_alone(token) and any(token in _own_words(item) for item in scope):
                if last and not any(_follows(item, last, token) for item in scope):
                    yield "false combination", f"{last} … {token}"
                last = token


def decimal(text: str) -> Decimal | None:
    """A number as any of the six languages writes it; None for what is none. `1.250,00`, `1,250.00`, `12,5`."""
    whole, sign, rest = text, "", ""
    match = re.fullmatch(r"([\d.,]*?)(?:([.,])(\d{1,2}))?", text)
    if match and match.group(1):
        whole, sign, rest = match.group(1), match.group(2) or "", match.group(3) or ""
    try:
        return Decimal(re.sub(r"[.,]", "", whole) + (f".{rest}" if sign else ""))
    except InvalidOperation:
        return None


def _own_words(item: Item) -> frozenset[str]:
    """The words of an instrument's own facts and description."""
    facts = " ".join((item.name, item.brand, item.model, item.description, *item.genres, *item.levels, *item.units))
    quiet = item.category in HEADPHONES or "headphone" in item.description or "Silent" in item.name
    return _words_of(f"{facts} headphone headphones" if quiet else facts)


@cache
def _words_of(text: str) -> frozenset[str]:
    return frozenset(words.tokens(clean(text)))


def _follows(item: Item, first: str, second: str) -> bool:
    said = [token for token in words.tokens(clean(item.description)) if token[0].isalpha()]
    return any(one == first and second in said[place + 1 : place + 6] for place, one in enumerate(said)) or not {
        first,
        second,
    } <= set(said)


@cache
def _category_words(language: str) -> frozenset[str]:
    return frozenset(word for phrase in words.kinds(language) for word in phrase)


@cache
def _words_of_the_shop(language: str) -> frozenset[str]:
    """The words of the shop's own phrases: it may use them; whether what it says holds is judged all the same."""
    page = ANSWERS / "texts" / f"{language}.toml"
    if not page.exists():
        return frozenset()
    sections = {name: section for name, section in tomllib.loads(page.read_text("utf-8")).items() if name != "failure"}
    return frozenset(words.tokens(clean(re.sub(r"\{\w*\}", " ", " ".join(_leaves(sections))))))


def _leaves(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for branch in tree.values():
            yield from _leaves(branch)
