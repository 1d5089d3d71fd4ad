"""Reading what a customer wants to spend: `under 20 a day`, `between 10 and 20`, `70 a week`, `ten bucks`."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from app.rental.pricing import Per
from app.speech import lexicon, numbers
from app.speech.lexicon import Phrase
from app.speech.marks import Mark, Spending
from app.speech.words import TO

NAME = "money"
MARKS = {":", "."}
MOST = Decimal(1_000_000)


EXAMPLES = {
    "en": [
        ("under 20 a day", [Spending(high=Decimal(20))]),
        ("ten bucks", [Spending(high=Decimal(10), is_bare=True)]),
        ("between 10 and 20 euros", [Spending(Decimal(10), Decimal(20), is_bare=True)]),
        ("nothing over twenty-five a week", [Spending(high=Decimal(25), period=Per.WEEK)]),
        ("70 weekly", [Spending(high=Decimal(70), period=Per.WEEK)]),
        ("50 in total", [Spending(high=Decimal(50), period=Per.TOTAL)]),
        ("at most 50 each", [Spending(high=Decimal(50), is_bare=True, is_each=True)]),
        ("max 90, deposit included", [Spending(high=Decimal(90), period=Per.TOTAL, with_deposit=True)]),
    ],
    "de": [
        ("höchstens 15 Euro am Tag", [Spending(high=Decimal(15))]),
        ("zweihundertfünfzig Euro im Monat", [Spending(high=Decimal(250), period=Per.MONTH)]),
        ("90 Euro mit Kaution", [Spending(high=Decimal(90), period=Per.TOTAL, with_deposit=True)]),
        ("nicht mehr als zehn Euro pro Woche", [Spending(high=Decimal(10), period=Per.WEEK)]),
        ("mehr als 15 Euro am Tag will ich nicht ausgeben", [Spending(high=Decimal(15))]),
    ],
    "fr": [
        ("moins de 10€ par jour", [Spending(high=Decimal(10))]),
        ("vingt-cinq euros par semaine", [Spending(high=Decimal(25), period=Per.WEEK)]),
        ("90 euros caution comprise", [Spending(high=Decimal(90), period=Per.TOTAL, with_deposit=True)]),
        ("pas plus de 12 euros", [Spending(high=Decimal(12), is_bare=True)]),
    ],
    "es": [
        ("menos de 70 euros por semana", [Spending(high=Decimal(70), period=Per.WEEK)]),
        ("90 euros con fianza", [Spending(high=Decimal(90), period=Per.TOTAL, with_deposit=True)]),
        ("once euros al día", [Spending(high=Decimal(11))]),
        ("entre 10 y 20 euros", [Spending(Decimal(10), Decimal(20), is_bare=True)]),
    ],
    "it": [
        ("meno di 12 euro al giorno", [Spending(high=Decimal(12))]),
        ("90 euro con cauzione", [Spending(high=Decimal(90), period=Per.TOTAL, with_deposit=True)]),
        ("duecento euro al mese", [Spending(high=Decimal(200), period=Per.MONTH)]),
        ("tra i 12 e i 18 euro al giorno", [Spending(Decimal(12), Decimal(18))]),
    ],
    "ar": [
        ("أقل من 10 يورو في اليوم", [Spending(high=Decimal(10))]),
        ("لا أريد أن أدفع أكثر من 15 يورو في اليوم", [Spending(high=Decimal(15))]),
        ("90 يورو مع التأمين", [Spending(high=Decimal(90), period=Per.TOTAL, with_deposit=True)]),
        ("خمسة وعشرون يورو", [Spending(high=Decimal(25), is_bare=True)]),
    ],
}

COUNTEREXAMPLES = {
    "en": [
        "under 20 kilos",
        "she is 8",
        "61 keys",
        "size 3/4",
        "once a week",
        "for two weeks",
        "over two years",
        "two pianos",
    ],
    "de": ["unter 20 Kilo", "für zwei Wochen", "sie ist acht", "zwei Geigen"],
    "fr": ["moins de 20 kilos", "pendant deux semaines", "elle a 8 ans", "deux violons"],
    "es": ["menos de 20 kilos", "durante dos semanas", "tiene 8 años"],
    "it": ["meno di 20 chili", "per due settimane", "ha 8 anni"],
    "ar": ["لمدة أسبوعين", "عمرها 8 سنوات"],
}


def find(tokens: list[str]) -> Iterator[Mark]:
    """Each budget. An amount counts when it has a currency, a period or a bound."""
    place = 0
    with_deposit = _holds_deposit(tokens)
    while place < len(tokens):
        amount, behind = _amount(tokens, place)
        spending, after = (None, place + 1) if amount is None else _stated(tokens, place, amount, behind)
        if spending:
            yield Mark(NAME, _for_whom(spending, tokens, after, with_deposit=with_deposit), place, after)
        place = after


def _holds_deposit(tokens: list[str]) -> bool:
    """Whether somebody says that the deposit is meant as well."""
    known = lexicon.load().with_deposit
    return any(lexicon.begins(tokens, place, known) for place in range(len(tokens)))


def _for_whom(spending: Spending, tokens: list[str], after: int, *, with_deposit: bool) -> Spending:
    """`40 each`, `45 altogether, deposit included`: with the deposit it is for the whole rental."""
    is_each = lexicon.begins(tokens, after, lexicon.part_words().of["each"])
    if with_deposit and spending.is_bare:
        spending = replace(spending, period=Per.TOTAL, is_bare=False)
    return replace(spending, is_each=is_each, with_deposit=with_deposit)


def _stated(tokens: list[str], place: int, amount: Decimal, after: int) -> tuple[Spending | None, int]:
    """The budget with this amount, which stands from `place` up to `after`, and the place behind it."""
    known = lexicon.load()
    start = place - 1 if place and (tokens[place - 1],) in known.currencies else place
    behind, has_currency = after, start < place
    if _at(tokens, after, known.currencies):
        has_currency, after = True, after + 1
    while start > 1 and tokens[start - 1] in MARKS and not tokens[start - 2].isdigit():
        start -= 1  # "Budget: 5", "max. 5"
    second, after_second = _second_amount(tokens, after)
    if second is not None:
        period, end = _period(tokens, after_second)
        has_currency = has_currency or (tokens[after_second - 1],) in known.currencies
        if has_currency or period or lexicon.ends(tokens, start, known.bounds["range"]):
            return _budget(min(amount, second), max(amount, second), period), end
    period, end = _period(tokens, after)
    is_high = lexicon.ends(tokens, start, known.bounds["high"]) or lexicon.begins(tokens, end, known.after["high"])
    is_low = not is_high and (
        lexicon.ends(tokens, start, known.bounds["low"]) or lexicon.begins(tokens, end, known.after["low"])
    )
    if is_low and (_is_negated(tokens, start) or _is_negated_behind(tokens, end)):
        is_high, is_low = True, False
    period = period or _period_before(tokens, start)
    if not (has_currency or period or ((is_high or is_low) and _stands_alone(tokens, end))):
        return None, behind
    return (_budget(amount, None, period) if is_low else _budget(None, amount, period)), end


def _budget(low: Decimal | None, high: Decimal | None, period: str | None) -> Spending:
    return Spending(low, high, Per(period or Per.DAY), is_bare=period is None)


def _second_amount(tokens: list[str], place: int) -> tuple[Decimal | None, int]:
    """The other end of a range: `… and 20 euros`."""
    known = lexicon.load()
    joints = (length for length in (2, 1) if tuple(tokens[place : place + length]) in known.joints["and"])
    length = 1 if tokens[place : place + 1] == [TO] else next(joints, 0)
    if not length or place + length >= len(tokens):
        return None, place
    place += length
    if _at(tokens, place, known.currencies):
        place += 1
    amount, after = _amount(tokens, place) if place < len(tokens) else (None, place)
    if _at(tokens, after, known.currencies):
        after += 1
    return amount, after


def _period(tokens: list[str], place: int) -> tuple[str | None, int]:
    """`a day`, `/week`, `daily`, `in total`, `for two weeks`; a bare `day` is a duration, so a rate needs its joint."""
    known = lexicon.load()
    if tokens[place : place + 1] == [lexicon.LENGTH]:
        return "total", place + 1
    for length in (4, 3, 2, 1):
        if tuple(tokens[place : place + length]) in known.totals:
            return "total", place + length
    for length in (3, 2, 1):
        joint = tuple(tokens[place : place + length])
        if joint in known.joints["per"]:
            period = known.periods.get(tuple(tokens[place + length : place + length + 1]))
            if period:
                return period, place + length + 1
    rate = known.rates.get(tuple(tokens[place : place + 1]))
    return rate, place + (rate is not None)


def _is_negated(tokens: list[str], place: int) -> bool:
    """`nothing over 12`, `nicht mehr als 10`: a negation among the six words before the amount, in its clause."""
    near = tokens[max(0, place - 6) : place]
    clause = near[max((at + 1 for at, token in enumerate(near) if token in ",.;!?"), default=0) :]
    return any((token,) in lexicon.load().negations for token in clause)


def _is_negated_behind(tokens: list[str], place: int) -> bool:
    """`mehr als 15 will ich nicht ausgeben`: a negated word of spending among the ten behind the amount."""
    known = lexicon.load()
    near = tokens[place : place + 10]
    return any((no,) in known.negations and (word,) in known.clauses["money"] for no, word in pairwise(near))


def _period_before(tokens: list[str], place: int) -> str | None:
    """`a weekly budget of 70`, `in total at most 70`: a period said up to four words before the amount."""
    known = lexicon.load()
    if any(lexicon.ends(tokens, place - back, known.totals) for back in range(4)):
        return "total"
    for token in reversed(tokens[max(0, place - 4) : place]):
        if (token,) in known.rates:
            return known.rates[(token,)]
    return None


def _stands_alone(tokens: list[str], place: int) -> bool:
    """Whether no noun follows the amount: `under 20` is a budget, `under 20 kilos` is not."""
    if place >= len(tokens) or not tokens[place].isalpha():
        return True
    known = lexicon.load()
    aside = (known.with_deposit, lexicon.part_words().of["each"])
    followers = (known.joints["and"], known.followers, *known.after.values(), *aside)
    return any(lexicon.begins(tokens, place, phrases) for phrases in followers)


def _amount(tokens: list[str], place: int) -> tuple[Decimal | None, int]:
    """The amount that begins here, and the place behind it."""
    number = numbers.at(tokens, place)
    return (Decimal(number[0]), number[1]) if number else (_digits(tokens[place]), place + 1)


def _digits(token: str) -> Decimal | None:
    if not token[0].isdigit() or "/" in token:
        return None
    digits = token.replace(",", ".")
    if digits.count(".") > 1 or len(digits.rpartition(".")[2]) == 3 and "." in digits:
        digits = digits.replace(".", "")  # 1,200 and 1.200 are thousands
    try:
        amount = Decimal(digits)
    except ArithmeticError:
        return None
    return amount.quantize(Decimal("0.01")) if amount <= MOST else None


def _at(tokens: list[str], place: int, phrases: frozenset[Phrase]) -> bool:
    return place < len(tokens) and ((tokens[place],) in phrases)
