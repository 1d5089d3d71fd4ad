"""Reading when and for how long: `from Friday for two weeks`, `3 to 10 May`, `over Easter`, `two days longer`.

The phrases are taken out of the message, and marks (`lexicon.LENGTH`, `lexicon.DAYS`) stand for them, so that their
numbers are neither prices nor sizes nor ages. How they are read is in `speech/days/`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from app.rental.period import Period
from app.speech import lexicon
from app.speech.almanac import Almanac
from app.speech.days import clock
from app.speech.days.phrases import Phrases
from app.speech.days.row import Row
from app.speech.days.said import Dates, Move, Trouble, Why
from app.speech.days.together import Together
from app.speech.lexicon import DAYS, LENGTH
from app.speech.marks import Mark

NAME = "days"

TOKEN = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}(?!\d)|\d{1,2}\.\s?\d{1,2}\.(?!\d)|\d{1,2}/\d{1,2}(?!\d)"
    r"|\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]"
)
HYPHEN = re.compile(r"([^\W\d_]+)-(?=([^\W\d_]+))")  # week-end, Mon-Fri
MOST_WRITTEN = 60  # Letters of the customer's own words that are told again.

# Today is Wednesday, the third of March 2027.
EXAMPLES = {
    "en": [
        ("from 3 to 10 May", [Dates("", date(2027, 5, 3), 8)]),
        ("in May", [Dates("", date(2027, 5, 1), 31)]),
        ("in March", [Dates("", date(2027, 3, 3), 29)]),
        ("from Friday for two weeks", [Dates("", date(2027, 3, 5), 14)]),
        ("until Friday", [Dates("", end=date(2027, 3, 5))]),
        ("for twenty-one days", [Dates("", days=21)]),
        ("Friday 5 pm to Monday morning", [Dates("", date(2027, 3, 5), 4, has_clock=True)]),
        ("first two weeks of June", [Dates("", date(2027, 6, 1), 14, read_as="first two weeks of June")]),
        ("over Easter", [Dates("", date(2027, 3, 26), 4, read_as="over Easter")]),
        ("two days longer", [Dates("", move=Move(longer=2))]),
        ("one week later", [Dates("", move=Move(later=7))]),
        ("from 12 to 9 May", [Dates("", troubles=(Trouble(Why.REVERSED, "from 12 to 9 May"),))]),
        ("on 31 April", [Dates("", troubles=(Trouble(Why.IMPOSSIBLE, "31 April"),))]),
        ("over half term", [Dates("", troubles=(Trouble(Why.UNKNOWN, "half term"),))]),
        ("4-5 May and again 11-12 May", [Dates("", date(2027, 5, 4), 2, second=Period.of_days(date(2027, 5, 11), 2))]),
    ],
    "de": [
        ("vom 3. bis 10. Mai", [Dates("", date(2027, 5, 3), 8)]),
        ("ab Freitag für zwei Wochen", [Dates("", date(2027, 3, 5), 14)]),
        ("über Ostern", [Dates("", date(2027, 3, 26), 4, read_as="über Ostern")]),
        ("am Freitagabend", [Dates("", date(2027, 3, 5), 1)]),
        ("in der ersten Maiwoche", [Dates("", date(2027, 5, 1), 7, read_as="in der ersten Maiwoche")]),
        ("zwei Tage länger", [Dates("", move=Move(longer=2))]),
        ("eine Woche später", [Dates("", move=Move(later=7))]),
        ("am 31. April", [Dates("", troubles=(Trouble(Why.IMPOSSIBLE, "31. April"),))]),
    ],
    "fr": [
        ("du 3 au 10 mai", [Dates("", date(2027, 5, 3), 8)]),
        ("pendant trois semaines", [Dates("", days=21)]),
        ("pour le week-end", [Dates("", date(2027, 3, 6), 2)]),
        ("samedi, pour un mariage", [Dates("", date(2027, 3, 6), 1)]),
        (
            "les deux premières semaines de juin",
            [Dates("", date(2027, 6, 1), 14, read_as="les deux premières semaines de juin")],
        ),
        ("deux jours de plus", [Dates("", move=Move(longer=2))]),
        ("une semaine plus tard", [Dates("", move=Move(later=7))]),
        ("le 31 avril", [Dates("", troubles=(Trouble(Why.IMPOSSIBLE, "31 avril"),))]),
    ],
    "es": [
        ("del 3 al 10 de mayo", [Dates("", date(2027, 5, 3), 8)]),
        ("durante dos semanas", [Dates("", days=14)]),
        ("a partir de mañana, una semana", [Dates("", date(2027, 3, 4), 7)]),
        ("la primera semana de junio", [Dates("", date(2027, 6, 1), 7, read_as="la primera semana de junio")]),
        ("dos días más", [Dates("", move=Move(longer=2))]),
        ("una semana después", [Dates("", move=Move(later=7))]),
        ("el 31 de abril", [Dates("", troubles=(Trouble(Why.IMPOSSIBLE, "31 de abril"),))]),
    ],
    "it": [
        ("dal 3 al 10 maggio", [Dates("", date(2027, 5, 3), 8)]),
        ("per sei settimane", [Dates("", days=42)]),
        ("per quest'estate", [Dates("", date(2027, 6, 1), 92)]),
        (
            "le prime due settimane di giugno",
            [Dates("", date(2027, 6, 1), 14, read_as="le prime due settimane di giugno")],
        ),
        ("due giorni in più", [Dates("", move=Move(longer=2))]),
        ("una settimana dopo", [Dates("", move=Move(later=7))]),
        ("il 31 aprile", [Dates("", troubles=(Trouble(Why.IMPOSSIBLE, "31 aprile"),))]),
    ],
    "ar": [
        ("من 3 إلى 10 مايو", [Dates("", date(2027, 5, 3), 8)]),
        ("لمدة ثلاثة أسابيع", [Dates("", days=21)]),
        ("الأسبوع الأول من يونيو", [Dates("", date(2027, 6, 1), 7, read_as="الأسبوع الأول من يونيو")]),
        ("يومين إضافيين", [Dates("", move=Move(longer=2))]),
        ("يوم 31 أبريل", [Dates("", troubles=(Trouble(Why.IMPOSSIBLE, "31 أبريل"),))]),
    ],
}

COUNTEREXAMPLES = {
    "en": [
        "May I have a violin",
        "a march for brass band",
        "she is 8 years old",
        "are you open on Sundays",
        "3/4",
        "six djembes for the summer fete",
        "a harp with a Christmas carol",
        "up to 20 euros",
        "another violin",
        "the second one",
    ],
    "de": ["Was kostet eine Geige?", "Haben Sie montags auf?", "sie ist acht Jahre alt", "bis 20 Euro", "20 am Tag"],
    "fr": ["elle a 8 ans", "je joue depuis deux mois", "pour mon fils", "jusqu'à 20 euros"],
    "es": ["tiene ocho años", "una guitarra", "hasta 20 euros", "más de dos guitarras"],
    "it": ["non è mai tardi", "ha otto anni", "fino a 20 euro"],
    "ar": ["كمان لابنتي", "حتى 20 يورو"],
}


def read(message: str, almanac: Almanac) -> Dates:
    """What this message says of the days. Of several phrases that contradict each other the last one counts."""
    text = HYPHEN.sub(_hyphen, lexicon.elided(message))
    tokens = list(TOKEN.finditer(text))
    words, places = clock.without([token.group() for token in tokens])
    row = Row(words, almanac)
    phrases = list(Phrases(row))
    if not phrases:
        return Dates(message)
    said = Together(row, lambda begin, stop: _written(message, words[begin:stop])).all(phrases)
    spans = [(tokens[places[phrase.begin]].start(), tokens[places[phrase.stop - 1]].end()) for phrase in phrases]
    is_length = [bool(p.days) and (words[p.begin],) in lexicon.date_words().sayings["for"] for p in phrases]
    signs = [(*span, LENGTH if length else DAYS) for span, length in zip(spans, is_length, strict=True)]
    hours = [tokens[place].span() for place in sorted(set(range(len(tokens))).difference(places))]
    rest = _replaced(text, [*signs, *((*hour, "") for hour in hours)])
    return replace(said, rest=rest, has_clock=bool(hours))


def find(tokens: Sequence[str], dates: Dates) -> Iterator[Mark]:
    """One mark for all days of a message, over the signs that stand for them."""
    places = [place for place, token in enumerate(tokens) if token in (DAYS, LENGTH)]
    if places:
        yield Mark(NAME, dates, places[0], places[-1] + 1)


def _hyphen(found: re.Match[str]) -> str:
    """A hyphen joins two days or months, and is nothing in any other word."""
    known = lexicon.date_words()
    are_days = all((word,) in known.framed_weekdays or (word,) in known.months_beside_days for word in found.groups())
    return f"{found[1]} - " if are_days else f"{found[1]} "


def _replaced(text: str, cuts: Sequence[tuple[int, int, str]]) -> str:
    """The text with each stretch replaced; one that lies in another one goes with it."""
    parts, at = [], 0
    for begin, end, sign in sorted(cuts):
        if begin >= at:
            parts += [text[at:begin], f" {sign} " if sign else " "]
            at = end
    return "".join([*parts, text[at:]])


def _written(message: str, words: Sequence[str]) -> str:
    """These words as the customer wrote them; as we compare them, where a time of day stood between them."""
    wanted = "".join(word for word in words if word.isalnum() or not word.isascii() or len(word) > 1)
    wanted = re.sub(r"[^\w]", "", wanted)
    pieces = [
        (piece.span(), re.sub(r"[^\w]", "", lexicon.elided(piece.group()))) for piece in re.finditer(r"\S+", message)
    ]
    for first in range(len(pieces)):
        joined = ""
        for last in range(first, len(pieces)):
            joined += pieces[last][1]
            if joined == wanted and joined:
                found = message[pieces[first][0][0] : pieces[last][0][1]].strip(" ,.;:!?()\"'")
                return found if len(found) <= MOST_WRITTEN else f"{found[:MOST_WRITTEN]}…"
            if not wanted.startswith(joined):
                break
    return " ".join(words)
