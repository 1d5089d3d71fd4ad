"""What the assistant says, in each of its languages: every text there; days, amounts and plurals as it writes them."""

import ast
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale

from app.answers import passages, phrases, say, texts
from app.answers.evidence import Evidence
from app.answers.ranking import choose
from app.needs.facets import all_facets
from app.needs.facets.budget import Budget
from app.needs.facets.days import Days
from app.needs.facets.kinds import Kinds
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.reason import SAID_OF_ANY, Price, Reason
from app.rental.period import Period
from app.rental.pricing import Per
from app.speech.language import language_of
from app.vocabulary import CATEGORIES, FAMILIES, SKILL_LEVELS
from tests.factories import candidate

ANSWERS = Path(say.__file__).parent
SIX = ("ar", "de", "en", "es", "fr", "it")
OTHERS = tuple(language for language in SIX if language != "en")
FRIDAY, THURSDAY = date(2027, 5, 7), date(2027, 5, 20)


def placeholders(text: texts.Text) -> set[str]:
    forms = [text] if isinstance(text, str) else list(text.values())
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


def test_there_are_six_languages():
    assert texts.LANGUAGES == SIX


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_texts_with_the_same_placeholders(language):
    english, other = texts.of("en"), texts.of(language)
    assert set(other.by_name) == set(english.by_name)
    assert other.counted == english.counted
    for name, text in english.by_name.items():
        if name not in english.counted:
            assert placeholders(other.by_name[name]) == placeholders(text), name


@pytest.mark.parametrize("language", SIX)
def test_a_text_that_counts_has_each_form_that_its_language_knows(language):
    said = texts.of(language)
    needed = {said.locale.plural_form(number) for number in range(1000)}
    for name in said.counted:
        assert set(said.by_name[name]) == needed, name


@pytest.mark.parametrize("language", SIX)
def test_no_text_is_empty_or_left_in_english(language):
    said, english = texts.of(language), texts.of("en")
    for name, text in said.by_name.items():
        assert all(form.strip() for form in ([text] if isinstance(text, str) else text.values())), name
        is_a_sentence = str(text).count(" ") > str(text).count("{") + 1
        if language != "en" and is_a_sentence:
            assert text != english.by_name[name], name


def test_whatever_the_shop_rents_has_a_name():
    english = texts.of("en").by_name
    assert {name for name in english if name.startswith("category.")} == {f"category.{slug}" for slug in CATEGORIES}
    assert {name for name in english if name.startswith("family.")} == {f"family.{family}" for family in FAMILIES}
    assert {name for name in english if name.startswith("level.")} == {f"level.{level}" for level in SKILL_LEVELS}


def test_french_has_a_space_that_does_not_break_before_its_double_signs():
    for name, text in texts.of("fr").by_name.items():
        for form in [text] if isinstance(text, str) else text.values():
            assert not re.search(r"[^\u00a0][;:!?]", form), name


@pytest.mark.parametrize("language", SIX)
def test_an_arabic_text_begins_in_arabic_so_that_its_line_runs_from_right_to_left(language):
    for name, text in texts.of(language).by_name.items():
        if name.split(".")[0] in ("answer", "notice", "in_the_way") and isinstance(text, str):
            first = next(letter for letter in text if letter.isalpha() or letter == "{")
            assert ("\u0600" <= first <= "\u06ff") == (language == "ar"), name


@pytest.mark.parametrize(
    ("tag", "language"), [("de", "de"), ("de-CH", "de"), ("AR", "ar"), ("pt-BR", None), ("", None), (None, None)]
)
def test_a_tag_leads_to_its_language(tag, language):
    assert texts.known(tag) == language


@pytest.mark.parametrize(
    ("language", "amount"),
    [
        ("en", "1234.50 EUR"),
        ("de", "1234,50 EUR"),
        ("fr", "1234,50 EUR"),
        ("es", "1234,50 EUR"),
        ("it", "1234,50 EUR"),
        ("ar", "1234.50 EUR"),
    ],
)
def test_money_is_written_as_the_language_writes_it(language, amount):
    assert phrases.of(language).amount(Decimal("1234.5"), "EUR") == amount


def test_money_has_as_many_places_as_its_currency():
    assert phrases.of("en").amount(Decimal(1500), "JPY") == "1500 JPY"
    assert phrases.of("de").amount(Decimal("9.9"), "") == "9,90"


@pytest.mark.parametrize(
    ("language", "both", "one", "first"),
    [
        ("en", "from Fri 7 May to Thu 20 May", "on Fri 7 May", "from Fri 7 May on"),
        ("de", "von Fr., 7. Mai bis Do., 20. Mai", "am Fr., 7. Mai", "ab Fr., 7. Mai"),
        ("fr", "du ven. 7 mai au jeu. 20 mai", "le ven. 7 mai", "à partir du ven. 7 mai"),
        ("es", "del vie, 7 de mayo al jue, 20 de mayo", "el vie, 7 de mayo", "a partir del vie, 7 de mayo"),
        ("it", "da ven 7 mag a gio 20 mag", "ven 7 mag", "a partire da ven 7 mag"),
        ("ar", "من الجمعة، 7 مايو إلى الخميس، 20 مايو", "يوم الجمعة، 7 مايو", "ابتداءً من الجمعة، 7 مايو"),
    ],
)
def test_days_are_written_as_the_language_writes_them(language, both, one, first):
    said = phrases.of(language)
    assert said.days(FRIDAY, Period.inclusive(FRIDAY, THURSDAY)) == both
    assert said.days(FRIDAY, Period.of_days(FRIDAY, 1)) == one
    assert said.days(FRIDAY, None) == first


def test_two_years_are_told():
    period = Period.inclusive(date(2027, 12, 24), date(2028, 1, 2))
    assert phrases.of("en").days(period.start, period) == "from Fri, 24 Dec 2027 to Sun, 2 Jan 2028"


@pytest.mark.parametrize(
    ("language", "durations"),
    [
        ("en", ["1 day", "2 days", "14 days"]),
        ("de", ["1 Tag", "2 Tage", "14 Tage"]),
        ("fr", ["1 jour", "2 jours", "14 jours"]),
        ("es", ["1 día", "2 días", "14 días"]),
        ("it", ["1 giorno", "2 giorni", "14 giorni"]),
        ("ar", ["يوم واحد", "يومين", "14 يومًا"]),
    ],
)
def test_durations_have_the_plural_of_the_language(language, durations):
    assert [phrases.of(language).duration(days) for days in (1, 2, 14)] == durations


def test_arabic_tells_six_plurals_apart():
    said = [phrases.of("ar").duration(days) for days in (3, 10, 11, 99, 100, 103)]
    assert said == ["3 أيام", "10 أيام", "11 يومًا", "99 يومًا", "100 يوم", "103 أيام"]


def test_prices_say_what_they_are_for():
    said = phrases.of("de")
    assert said.price(Price(Decimal("12.5"), "EUR", Per.DAY)) == "12,50 EUR pro Tag"
    assert said.price(Price(Decimal(60), "EUR", Per.WEEK)) == "60,00 EUR pro Woche"
    assert said.price(Price(Decimal(170), "EUR", Per.MONTH)) == "170,00 EUR pro Monat"
    assert said.price(Price(Decimal(63), "EUR", Per.TOTAL, 7)) == "63,00 EUR für 7 Tage"
    assert said.price(Price(Decimal(100), "", Per.TOTAL)) == "100,00 insgesamt"


WISH = [
    Reason("pieces", {"quantity": 2}),
    Reason("kinds", {"categories": ("violin", "viola")}),
    Reason("in_size", {"size": "1/2"}),
    Reason("at_most", {"price": Price(Decimal(10), "", Per.DAY)}),
    Reason("for_level", {"level": "beginner"}),
    Reason("for_days", {"days": 14}),
]


@pytest.mark.parametrize(
    ("language", "wish"),
    [
        ("en", "2 pieces, violin or viola, size 1/2, up to 10.00 a day, for beginners, for 14 days"),
        ("de", "2 Stück, Geige oder Bratsche, Größe 1/2, bis 10,00 pro Tag, für Anfänger, für 14 Tage"),
        ("fr", "2 exemplaires, violon ou alto, taille 1/2, jusqu'à 10,00 par jour, pour les débutants, pour 14 jours"),
        ("es", "2 unidades, violín o viola, tamaño 1/2, hasta 10,00 al día, para principiantes, por 14 días"),
        ("it", "2 pezzi, violino o viola, misura 1/2, fino a 10,00 al giorno, per principianti, per 14 giorni"),
        ("ar", "قطعتان، كمان أو فيولا، مقاس 1/2، حتى 10.00 في اليوم، تناسب المبتدئين، لمدة 14 يومًا"),
    ],
)
def test_a_wish_is_said_in_the_customers_words(language, wish):
    assert phrases.of(language).wish(WISH) == wish


@pytest.mark.parametrize(
    ("language", "brass", "genres"),
    [
        ("en", "brass instrument", "jazz and klezmer"),
        ("de", "Blechblasinstrument", "Jazz und klezmer"),
        ("fr", "instrument de la famille des cuivres", "jazz et klezmer"),
    ],
)
def test_a_whole_family_has_a_name_and_an_unknown_genre_stands_as_it_is(language, brass, genres):
    assert phrases.of(language).kinds(FAMILIES["brass"]) == brass
    assert phrases.of(language).genres(("jazz", "klezmer")) == genres


ABOVE = Reason("above_limit", {"price": Price(Decimal(5), "EUR", Per.DAY), "limit": Price(Decimal(3), "EUR", Per.DAY)})


@pytest.mark.parametrize(
    ("reason", "english", "german"),
    [
        (
            ABOVE,
            "Nearest match, with the price limit relaxed: 5.00 EUR a day is above your 3.00 EUR.",
            "Kommt am nächsten, aber über Ihrem Preisrahmen: 5,00 EUR pro Tag statt höchstens 3,00 EUR.",
        ),
        (
            Reason("other_size", {"size": "1/2", "age": None, "other": None}),
            "Nearest match, with the size relaxed: full size instead of size 1/2.",
            "Kommt am nächsten, aber in anderer Größe: volle Größe statt Größe 1/2.",
        ),
        (
            Reason("other_size", {"size": None, "age": 8, "other": "3/4"}),
            "Nearest match, with the size relaxed: size 3/4 instead of the size that is usual at 8.",
            "Kommt am nächsten, aber in anderer Größe: Größe 3/4 statt der Größe, die mit 8 üblich ist.",
        ),
        (
            Reason("other_days", {"start": FRIDAY, "last": THURSDAY}),
            "Nearest match, with the days relaxed: free from Fri 7 May to Thu 20 May.",
            "Kommt am nächsten, aber an anderen Tagen: frei von Fr., 7. Mai bis Do., 20. Mai.",
        ),
        (
            Reason("other_days", {"start": None, "last": None}),
            "Nearest match, with the days relaxed: free on other days.",
            "Kommt am nächsten, ist aber nur an anderen Tagen frei.",
        ),
        (
            Reason("other_kind", {"category": "mandolin", "absent": "oud"}),
            "Nearest match, with the kind of instrument relaxed: not oud, but mandolin.",
            "Kommt am nächsten, aber ein Instrument anderer Art: Mandoline statt oud.",
        ),
        (Reason("fits", {"category": "violin", "level": None}), "Violin, free.", "Geige, frei."),
        (Reason("units_free", {"units": 1}), "1 is free.", "1 ist frei."),
    ],
)
def test_reasons_are_worded_from_their_facts(reason, english, german):
    assert phrases.of("en").reasons([reason]) == english
    assert phrases.of("de").reasons([reason]) == german


@pytest.mark.parametrize("language", SIX)
def test_every_reason_has_its_text_and_there_is_no_other(language):
    said = {name for name in texts.of(language).by_name if name.startswith(("reason.", "wish."))}
    of_offers = [*SAID_OF_ANY, *(name for facet in all_facets() for name in facet.REASONS)]
    of_wishes = [name for facet in all_facets() for name in facet.WISHES]
    plain = [f"{name}_plain" for name in phrases.WITHOUT if name in of_offers]
    assert said == {f"reason.{name}" for name in (*of_offers, *plain)} | {f"wish.{name}" for name in of_wishes}


def test_a_foreign_sentence_keeps_its_full_stop_in_a_line_from_right_to_left():
    assert phrases.of("ar").quoted("A warm tone.") == "\u2068A warm tone.\u2069"
    assert phrases.of("fr").quoted("A warm tone.") == "A warm tone."


def test_locales_are_those_of_the_files():
    for language in SIX:
        assert texts.of(language).locale.language == Locale.parse(language).language


PIANO = candidate(
    1,
    daily_rate=Decimal(5),
    skill_levels=("beginner",),
    locations=("Leeds",),
    description="A warm tone for small rooms.",
)
THERE = replace(PIANO, start=FRIDAY, days=14)
TAKEN = replace(PIANO, units_available=0, locations=(), start=date(2027, 6, 1))
FORTNIGHT = Days(FRIDAY, 14)
PIANOS, HARP = Need(Kinds(("digital-piano",)), FORTNIGHT), Need(Kinds(("harp",)), Budget(high=Decimal(3)))
EVIDENCES = {
    "wish": Evidence(PIANOS, choose(PIANOS, [THERE], 1)),
    "relaxed": Evidence(HARP, choose(HARP, [PIANO], 1, relaxed=Budget), relaxed=Budget),
    "nothing": Evidence(HARP),
    "about": Evidence(Need(), choose(Need(), [PIANO], 1), subject=PIANO, kind=Kind.ABOUT),
    "taken": Evidence(PIANOS, subject=TAKEN, kind=Kind.ABOUT),
    "greeting": Evidence(Need(), choose(Need(), [PIANO], 1), kind=Kind.GREETING),
    "thanks": Evidence(Need(), kind=Kind.THANKS),
    "off_topic": Evidence(Need(), kind=Kind.OFF_TOPIC),
    "house book": Evidence(Need(), passage=passages.find("how much is the deposit").passage, kind=Kind.QUESTION),
}


@pytest.mark.parametrize("language", SIX)
@pytest.mark.parametrize("kind", EVIDENCES)
def test_every_kind_of_answer_is_said_in_every_language(kind, language):
    evidence = EVIDENCES[kind]
    if evidence.passage is not None:
        evidence = replace(evidence, passage=passages.in_language(evidence.passage, language))
    said = f"{say.opening(evidence, language)} {say.answer(evidence, language)}".strip()
    assert language_of(said) == language, said
    assert not re.search(r"[{}]|\.\.|  ", said), said


def test_an_answer_takes_up_the_wish_and_tells_days_and_total():
    assert say.answer(EVIDENCES["wish"], "de") == (
        "Sehr gern: Digitalpiano. Meine Empfehlung von Fr., 7. Mai bis Do., 20. Mai: Yamaha P-145 digital piano für "
        "70,00 EUR für 14 Tage (5,00 EUR pro Tag). Standort: Leeds."
    )
    assert say.answer(EVIDENCES["wish"], "fr") == (
        "Avec plaisir\u00a0: piano numérique. Je vous recommande, du ven. 7 mai au jeu. 20 mai\u00a0: Yamaha P-145 "
        "digital piano à 70,00 EUR pour 14 jours (5,00 EUR par jour). Ici\u00a0: Leeds."
    )


def test_a_description_in_another_language_is_left_out():
    assert "A warm tone for small rooms." in say.answer(EVIDENCES["about"], "en")
    assert "Yamaha P-145 digital piano: Piano digital. Va bien" in say.answer(EVIDENCES["about"], "es")


def test_every_text_of_an_answer_is_used():
    code = "".join(page.read_text("utf-8") for page in ANSWERS.rglob("*.py"))
    code += (ANSWERS.parent / "routes" / "chatbot.py").read_text("utf-8")
    for name in texts.of("en").by_name:
        table, _, key = name.partition(".")
        if table in ("answer", "days", "offer", "size", "joint"):
            assert re.search(rf'"(?:{table}\.)?{key}"|"{key.removesuffix("_then")}", ', code), name


def test_no_sentence_for_customers_stands_in_code():
    """What the model is told stands in briefing.py, in English, as its instructions do."""
    for page in ANSWERS.glob("*.py"):
        if page.name != "briefing.py":
            tree = ast.parse(page.read_text("utf-8"))
            prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                    assert not re.search(r"[^\W\d_]{2,} [^\W\d_]{2,}", node.value), (page.name, node.value)
