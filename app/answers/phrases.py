"""How a language says money, days, lists, and what there is to say of an offer or of a wish.

Days and lists are CLDR's. Money is written with its ISO code behind it and with a plain space, which is CLDR's pattern
for codes: the code is what cards and quotes tell, and two dollars are never taken for each other. Thousands are not
grouped: 1.500 is fifteen hundred to a German and one and a half to an Englishman, and both read these answers.

Arabic is written with Latin digits, CLDR's own choice for `ar`, as they stand in the names of models, in sizes and on
the cards. Between a name and an amount there is always an Arabic word or mark: so each keeps its place in a line that
runs from right to left. Only whole foreign sentences need marks around them for that (see `Phrases.quoted`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from babel.dates import format_skeleton
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from app.answers import texts
from app.answers.texts import Texts
from app.needs.reason import Fact, Price, Reason
from app.rental.offer import Offer
from app.rental.period import Period
from app.rental.pricing import Per
from app.vocabulary import FAMILIES, spoken

AMOUNT, AMOUNT_WITH_CODE = "0.00", "0.00 ¤¤"
DAY, DAY_OF_YEAR = "MMMMEd", "yMMMMEd"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
MOST_KINDS = 4
FULL = "4/4"  # The size that is meant where none is said.


@cache
def of(language: str) -> "Phrases":
    """The phrases of one of `texts.LANGUAGES`."""
    return Phrases(texts.of(language))


@dataclass(frozen=True)
class Phrases:
    """The phrases of one language."""

    texts: Texts

    def say(self, name: str, /, **words: str) -> str:
        return self.texts.say(name, **words)

    def amount(self, value: Decimal, currency: str) -> str:
        """`12.50 EUR`, `12,50 EUR`; without a currency `12.50`"""
        if not currency:
            return format_decimal(value, AMOUNT, locale=self.texts.locale)
        return format_currency(value, currency, AMOUNT_WITH_CODE, locale=self.texts.locale)

    def price(self, price: Price) -> str:
        """An amount with what it is for: `12.50 EUR a day`, `63.00 EUR for 7 days`, `100.00 in total`"""
        amount = self.amount(price.amount, price.currency)
        if price.per is Per.TOTAL and price.days:
            return self.say("price.total", amount=amount, duration=self.duration(price.days))
        return self.say("price.in_total" if price.per is Per.TOTAL else f"price.{price.per}", amount=amount)

    def offer(self, offer: Offer, quantity: int = 1, *, with_sum: bool = True) -> str:
        """`Yamaha P-145 for 63.00 EUR for 7 days (12.50 EUR a day)`; of several pieces, what one and what all cost."""
        is_sized = offer.size not in (None, FULL) and str(offer.size) not in offer.name
        name = self.say("offer.sized", name=offer.name, size=str(offer.size)) if is_sized else offer.name
        price = self.price(Price(offer.price(Per.DAY), offer.currency, Per.DAY))
        words = {"name": name, "price": price, "quantity": str(quantity)}
        if offer.total is None or not offer.days:
            return self.say("offer.pieces" if quantity > 1 else "offer.for", **words)
        total = self.price(Price(offer.total, offer.currency, Per.TOTAL, offer.days))
        together = self.amount(offer.total * quantity, offer.currency)
        if quantity == 1:
            return self.say("offer.for_total", total=total, **words)
        return self.say("offer.pieces_total" if with_sum else "offer.pieces_each", total=total, sum=together, **words)

    def day(self, value: date, *, with_year: bool = False) -> str:
        """`Fri 7 May`: the weekday shows a customer how the words were understood."""
        return format_skeleton(DAY_OF_YEAR if with_year else DAY, value, locale=self.texts.locale)

    def days(self, start: date | None, period: Period | None, *, with_year: bool = False) -> str:
        """When: `from Fri 7 May to Thu 20 May`, with the years if they are two; `from Fri 7 May on`; `now`."""
        if start is None:
            return self.say("days.now")
        if period is None:
            return self.say("days.from", first=self.day(start))
        if period.days == 1:
            return self.say("days.on", day=self.day(start, with_year=with_year))
        with_year = with_year or period.start.year != period.last.year
        first, last = (self.day(day, with_year=with_year) for day in (period.start, period.last))
        return self.say("days.between", first=first, last=last)

    def duration(self, days: int) -> str:
        """`14 days`"""
        return self.texts.count("count.days", days)

    def kind(self, category: str) -> str:
        """`alto saxophone`; a category of the shop's own is said as its slug tells."""
        return self.texts.word("category", category) or spoken(category)

    def kinds(self, categories: Iterable[str]) -> str:
        """`violin or viola`; the family's name where it is a whole family: `brass instrument`."""
        wanted = tuple(categories)
        family = next((name for name, members in FAMILIES.items() if set(members) == set(wanted)), None)
        if family:
            return self.say(f"family.{family}")
        return self.listed([self.kind(category) for category in wanted[:MOST_KINDS]], "or")

    def quality(self, quality: str) -> str:
        return self.texts.word("quality", quality) or quality

    def level(self, level: str) -> str:
        return self.texts.word("level", level) or level

    def genres(self, genres: Iterable[str]) -> str:
        """A genre that no text names is said as the shop writes it."""
        return self.listed([self.texts.word("genre", genre) or genre for genre in genres])

    def listed(self, words: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
        """`a, b and c`; with the style `or`: `a, b or c`."""
        return format_list(list(words), style=style, locale=self.texts.locale)

    def language(self, tag: str) -> str:
        """`Dutch`, as this language calls it."""
        return str(self.texts.locale.languages.get(tag, tag))

    def languages(self, tags: Iterable[str]) -> str:
        return self.listed(map(self.language, tags))

    def cited(self, words: Iterable[str]) -> str:
        """What somebody wrote: `“purple” and “pickup”`."""
        return self.listed(self.say("joint.cited", word=word) for word in words)

    def quoted(self, foreign: str) -> str:
        """A whole text in another script, so that its full stop stays at its end in a line from right to left."""
        is_turned = self.texts.locale.text_direction == "rtl"
        return f"{FIRST_STRONG_ISOLATE}{foreign}{POP_ISOLATE}" if is_turned else foreign

    def reasons(self, reasons: Iterable[Reason]) -> str:
        """Why an offer is made, as one sentence: `Suits beginners; size 1/2, usual at 8.`"""
        said = self.say("joint.reasons").join(self._told("reason", reason) for reason in reasons)
        return capitalised(said if said.endswith(".") else f"{said}.") if said else ""

    def wish(self, parts: Iterable[Reason]) -> str:
        """A wish in a few words: `violin, size 3/4, up to 10.00 a day, for beginners`."""
        return self.say("joint.wishes").join(self._told("wish", part) for part in parts)

    def notice(self, notice: Reason) -> str:
        """What a customer must hear first, as one sentence."""
        return self._told("notice", notice)

    def _told(self, table: str, reason: Reason) -> str:
        name = f"{table}.{reason.name}"
        if name in self.texts.counted:
            (number,) = reason.facts.values()
            return self.texts.count(name, int(str(number)))
        if reason.name in WITHOUT and reason.facts.get(WITHOUT[reason.name]) is None:
            name = f"{name}_plain"
        return self.say(name, **self._words(reason))

    def _words(self, reason: Reason) -> dict[str, str]:
        """The facts of a reason in words, by their placeholders."""
        facts = reason.facts
        words = {name: self._word(name, fact) for name, fact in facts.items() if fact is not None}
        if reason.name == "other_size":
            age = words.get("age", "")
            words["wanted"] = self._size(facts.get("size")) if facts.get("size") else self.say("size.usual_at", age=age)
            words["other"] = self._size(facts.get("other"))
        start, last = facts.get("start"), facts.get("last")
        if isinstance(start, date):
            period = Period.inclusive(start, last) if isinstance(last, date) else None
            words["days"] = self.days(start, period, with_year=reason.name in WITH_YEAR)
        return words

    def _word(self, name: str, fact: Fact) -> str:
        match fact:
            case Price():
                return self.amount(fact.amount, fact.currency) if name in AMOUNTS else self.price(fact)
            case date():
                return self.day(fact, with_year=True)
            case tuple():
                return LISTS.get(name, Phrases.listed)(self, fact)
            case int() if name == "days":
                return self.duration(fact)
            case str() if name in NAMES:
                return NAMES[name](self, fact)
        return str(fact)

    def _size(self, size: Fact) -> str:
        return self.say("size.is", size=str(size)) if size else self.say("size.full")


WITH_YEAR = frozenset({"read_as", "second_days"})  # What was guessed is told whole.
AMOUNTS = frozenset({"limit", "deposit"})  # Prices of which the amount alone is said.
# Facts that have a word in every language; all others stand as they are.
NAMES: Mapping[str, Callable[[Phrases, str], str]] = {
    "category": Phrases.kind,
    "level": Phrases.level,
    "quality": Phrases.quality,
    "foreign": Phrases.language,
    "native": Phrases.quoted,
    "model": lambda phrases, model: phrases.cited((model,)),
}
LISTS: Mapping[str, Callable[[Phrases, tuple[Any, ...]], str]] = {
    "categories": Phrases.kinds,
    "genres": Phrases.genres,
    "languages": Phrases.languages,
    "words": Phrases.cited,
    "dates": lambda phrases, days: phrases.listed(phrases.day(day) for day in days),
}
# Reasons that are told by a text of their own (`…_plain`) where this fact is not known.
WITHOUT = {"fits": "level", "other_kind": "absent", "other_days": "start", "foreign": "native"}


def capitalised(text: str) -> str:
    """As a sentence begins; nothing changes where a script has no capitals."""
    return f"{text[:1].upper()}{text[1:]}"
