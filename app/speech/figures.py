"""Whether a text says a number, an amount or a day, in figures or in words, in any of our languages.

Those are the statements that only code makes. In doubt it says yes: a sentence that is dropped costs little.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache

from app.speech import languages, lexicon, numbers
from app.speech.almanac import Almanac
from app.speech.days.said import Dates
from app.speech.language import language_of
from app.speech.lexicon import Phrase, phrase
from app.speech.recognisers import days

SIGNS = "%‰٪"
SOME_DAY, NO_DAYS = Almanac(date(2027, 1, 1)), Dates("")
LONGEST_PHRASE = 5
FRAMES = ("in", "from", "till", "until", "this", "next", "last", "on", "of")
Index = dict[str, frozenset[Phrase]]

EXAMPLES = {
    "en": [
        "It costs 12.", "It has twenty-five keys.", "a third of the price", "only a few dollars", "half of it",
        "It is free on Friday.", "in May", "See you tomorrow.", "You can keep it for a week.", "for one month",
        "the second one", "a couple of days", "a dozen of them", "fifty percent",
        "It is ½ the weight.", "€", "on Sundays",
        "twice as loud", "for a whole week", "next month", "this weekend", "tonight",
        "in the middle of March", "at Christmas", "two hundred and fifty", "Ⅳ",
        "ten thousand strings",
    ],
    "de": [
        "Es kostet drei Euro.", "fünfundzwanzig Tasten", "die Hälfte", "ein halbes Jahr",
        "am Freitag", "im Mai",
        "Wir bringen es morgen.", "für eine Woche", "zweihundertfünfzig", "ein Dutzend",
        "zwei Drittel", "montags", "nächste Woche", "am Wochenende", "für ein paar Tage",
        "ein paar Cent", "einen Monat", "anderthalb", "der dritte", "zwölf Franken",
        "Anfang März", "vor Weihnachten",
    ],
    "fr": [
        "Il coûte trois euros.", "vingt-cinq touches", "la moitié du prix", "un demi-ton", "vendredi", "en mai",
        "livré demain", "pour une semaine", "quatre-vingt-dix", "une douzaine", "deux tiers",
        "un mois", "quelques centimes",
        "le troisième", "la semaine prochaine", "ce soir", "dix pour cent", "neuf euros", "au mois de mars",
        "un violon de neuf kilos, neuf cordes",
    ],
    "es": [
        "Cuesta tres euros.", "veinticinco teclas", "la mitad del precio", "media hora",
        "el viernes", "en mayo",
        "mañana mismo", "por una semana", "treinta y cinco", "una docena", "dos tercios",
        "un mes", "unos céntimos",
        "la tercera", "la próxima semana", "esta noche", "diez por ciento", "once euros al día", "doscientas",
        "tiene once cuerdas",
        "hasta Navidad",
    ],
    "it": [
        "Costa tre euro.", "venticinque tasti", "la metà del prezzo", "mezza giornata", "venerdì", "a maggio",
        "domani", "per una settimana", "duecentocinquanta", "una dozzina", "due terzi", "un mese",
        "pochi centesimi",
        "la terza", "la prossima settimana", "stasera", "dieci per cento", "ha sei corde",
        "due euro al giorno", "a Natale",
    ],
    "ar": [
        "السعر ثلاثة يورو", "خمسة وعشرون مفتاحا", "نصف السعر", "يوم الجمعة", "في مايو", "غدا",
        "الأسبوع القادم", "الليلة",
        "لمدة أسبوعين", "بخمسة دولارات",
        "وعشرون", "ثلث الثمن", "بالدولار", "والخميس", "لشهرين", "مئتين", "٣ أيام", "أسبوع واحد",
        "فثلاثة منها", "بنصف السعر",
    ],
}  # fmt: skip

COUNTEREXAMPLES = {
    "en": [
        "It is a warm and mellow instrument.", "This one suits you.", "You may like it.", "May I suggest it?",
        "a march for brass band", "It is tuned in perfect fifths.", "a double bass", "the first choice of many",
        "Once you play it, you will love it.", "a second hand guitar", "No one will hear you.",
        "the double reed of an oboe",
        "What would you like to play?", "It is due to its wood.", "someone", "often",
        "the tent and the tone", "Six-string",
    ],
    "de": [
        "Ein warmes, weiches Instrument.", "Das ist eine gute Wahl.", "Darf ich es empfehlen?",
        "ein Kontrabass",
        "die erste Wahl", "Eins noch.", "Achtung", "Viele lieben einen solchen Klang.",
        "Zwar leise, aber voll.",
    ],
    "fr": [
        "Un instrument chaleureux.", "Une belle guitare.", "un son doux", "une contrebasse", "le premier choix",
        "Il est fait pour vous.", "Voulez-vous un son clair ?", "une cornemuse",
    ],
    "es": [
        "Un instrumento cálido.", "Una buena guitarra.", "uno de ellos", "el primer instrumento",
        "un contrabajo",
        "¿Qué música te gusta?", "Suena muy dulce.", "primera guitarra",
    ],
    "it": [
        "Uno strumento caldo.", "Una bella chitarra.", "un suono dolce", "la prima chitarra", "un contrabbasso",
        "Non è mai troppo tardi.", "Che musica ti piace?",
    ],
    "ar": ["آلة دافئة الصوت", "لست وحدك", "صوت جميل", "بيانو هادئ", "واحد من أفضل الأصوات",
        "هل تحب الموسيقى", "وسط الأوركسترا"],
}  # fmt: skip


def states_a_number_or_day(text: str) -> bool:
    """Whether the text holds a digit of any script, a number word, a fraction, money, or the name of a day or month.

    Articles and "one" count only before a unit of time or money ("for one week"), "first" never; the names of
    instruments and makers, and idioms ("second hand"), say nothing by their words.
    """
    if any(sign.isnumeric() or sign in SIGNS or unicodedata.category(sign) == "Sc" for sign in text):
        return True
    if days.read(text, SOME_DAY) != NO_DAYS:
        return True
    tokens = _unnamed(lexicon.words(text))
    language = language_of(text)
    return any(
        _begins(tokens, place, _telling(language)) or _is_one_unit(tokens, place) or _is_framed_month(tokens, place)
        for place in range(len(tokens))
    )


def _unnamed(tokens: list[str]) -> list[str]:
    """The words, with a comma for each name of an instrument or a maker and for each idiom."""
    rest, place = [], 0
    while place < len(tokens):
        length = _length(tokens, place, _names())
        rest.append("," if length else tokens[place])
        place += length or 1
    return rest


def _is_one_unit(tokens: Sequence[str], place: int) -> bool:
    """`a week`, `eine Stunde`, `un euro`, `أسبوع واحد`"""
    beside = (*tokens[place + 1 :][:1], *tokens[:place][-1:])
    return tokens[place] in _ones() and any(_length((word,), 0, _units()) for word in _forms(beside))


def _is_framed_month(tokens: Sequence[str], place: int) -> bool:
    """`in May`, but not `I may`"""
    named = lexicon.date_words()
    return (tokens[place],) in named.shy_months and any(
        lexicon.ends(tokens, place, named.sayings[frame]) for frame in FRAMES
    )


def _begins(tokens: Sequence[str], place: int, index: Index) -> bool:
    if numbers.at(tokens, place) is not None and tokens[place] not in _ones():
        return True
    return any(_length((form, *tokens[place + 1 :][:LONGEST_PHRASE]), 0, index) for form in _forms(tokens[place:][:1]))


def _forms(words: Sequence[str]) -> Iterator[str]:
    """A word, and what it is without the letters that cling to it: `والخميس` -> `الخميس`, `خميس`."""
    for word in words:
        yield word
        for clitic in _clitics():
            if word.startswith(clitic) and len(word) > len(clitic) + 1 and (word,) not in _whole():
                yield word.removeprefix(clitic)


def _length(tokens: Sequence[str], place: int, index: Index) -> int:
    """How many words the longest phrase of the index has that begins here; 0 where none does."""
    phrases = index.get(tokens[place], frozenset())
    lengths = range(min(LONGEST_PHRASE, len(tokens) - place), 0, -1)
    return next((length for length in lengths if phrases and tuple(tokens[place : place + length]) in phrases), 0)


@cache
def _telling(language: str | None) -> Index:
    """All that tells a number or a day; words of one language that others use otherwise only where it may be spoken."""
    known, named = lexicon.load(), lexicon.date_words()
    shy = {phrase(word): its for its, word in languages.words("numbers", "shy")}
    counted = [
        phrase(said)
        for section in ("number", "large", "ordinal", "fraction", "many")
        for its, value, phrases in languages.meanings("numbers", section)
        for said in phrases
        if (section, value) != ("ordinal", "1")
        and said not in _ones()
        and (phrase(said) not in shy or language in (its, None))
    ]
    months = named.months.keys() - named.shy_months
    money = (known.currencies, known.coins)
    dates = (months, named.weekdays, named.habits, named.offsets, named.past, named.feasts, named.durations)
    return _index([*counted, *(said for table in (*money, *dates) for said in table)])


@cache
def _names() -> Index:
    """Names of instruments, also in the plural, of makers, and idioms."""
    kinds = [*lexicon.load().categories, *lexicon.load().absent]
    plurals = [(*first, f"{last}s") for *first, last in kinds]
    makers = [phrase(maker) for maker in lexicon.makers()]
    return _index([*kinds, *plurals, *makers, *lexicon.load().idioms])


@cache
def _units() -> Index:
    named, known = lexicon.date_words(), lexicon.load()
    return _index([*named.units, *named.clock, *known.currencies, *known.coins])


@cache
def _ones() -> frozenset[str]:
    return frozenset(lexicon.normalise(word) for _, word in languages.words("numbers", "one"))


@cache
def _whole() -> frozenset[Phrase]:
    """Words whose first letters do not cling."""
    return frozenset(phrase(word) for _, word in languages.words("everyday", "whole"))


@cache
def _clitics() -> tuple[str, ...]:
    return tuple(lexicon.normalise(word) for _, word in languages.words("everyday", "clitic"))


def _index(phrases: Iterable[Phrase]) -> Index:
    """Phrases by their first word."""
    index: dict[str, set[Phrase]] = {}
    for said in phrases:
        if said:
            index.setdefault(said[0], set()).add(said)
    return {first: frozenset(found) for first, found in index.items()}
