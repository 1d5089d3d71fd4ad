"""The benchmark's judge sees what is false, and lets pass what is true."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.assistant import lies, shop, statements, words
from benchmarks.assistant.lies import Saying
from benchmarks.assistant.statements import Heard


@pytest.fixture(scope="module")
def own_replies(tmp_path_factory: pytest.TempPathFactory):
    """What the shop itself answers to the messages of lies.toml, by message; and the catalogue."""
    folder: Path = tmp_path_factory.mktemp("judge")
    app = shop.open_shop(folder, **shop.WITHOUT_MODEL)
    client = app.test_client()
    tokens = client.post("/api/auth/login", json={"email": shop.EMAIL, "password": shop.PASSWORD}).json
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    replies = {}
    for number, asked in enumerate({saying.asked for saying in (*lies.lies(), *lies.truths())}):
        body = {"message": asked, "session_id": f"own-{number}"}
        replies[asked] = client.post("/api/chatbot/chat", json=body, headers=headers).json
    return replies, shop.items_by_id(app)


def judged(own_replies: Any, saying: Saying) -> list[str]:
    """The faults of a reply that says this and nothing else."""
    replies, items = own_replies
    own = replies[saying.asked]
    cards = [{**card, "reason": ""} for card in own["recommendations"]]
    language = "en" if saying.language == "und" else saying.language
    told = Heard((saying.asked,), {**own, "response": saying.text, "recommendations": cards}, items, language)
    return [f"{fault.kind}: {fault.because}" for fault in statements.read(told).faults]


def test_the_judge_sees_every_lie(own_replies):
    unseen = [f"{lie.kind}: {lie.text}" for lie in lies.lies() if not judged(own_replies, lie)]
    assert unseen == []


def test_the_judge_lets_every_true_sentence_pass(own_replies):
    found = {truth.text: judged(own_replies, truth) for truth in lies.truths()}
    assert {text: faults for text, faults in found.items() if faults} == {}


PIANO, VIOLIN = "a digital piano", "do you have a 3/4 violin?"


@pytest.mark.parametrize(
    ("language", "asked", "text"),
    [
        ("en", PIANO, "The Yamaha P-145 costs 12.50 EUR a day, 56.25 EUR a week and 162.50 EUR a month."),
        ("en", PIANO, "The Yamaha P-145 costs €12.50 a day; the deposit is €200."),
        ("en", PIANO, "The Casio CDP-S110 digital piano costs eleven euros a day."),
        ("en", PIANO, "The Yamaha P-145 costs twelve fifty a day."),
        ("de", PIANO, "Das Yamaha P-145 kostet 12,50\u00a0€ am Tag, die Kaution ist 200,00\u00a0€."),
        ("de", PIANO, "Das Yamaha P-145 kostet zwölf Euro fünfzig am Tag."),
        ("fr", PIANO, "Le Yamaha P-145 coûte 12,50\u202f€ par jour."),
        ("es", PIANO, "El Casio CDP-S110 cuesta once euros al día."),
        ("it", PIANO, "Il Casio CDP-S110 costa undici euro al giorno."),
        ("ar", PIANO, "سعر Yamaha P-145 هو \u200f١٢٫٥٠\u00a0يورو في اليوم."),
        (
            "en",
            VIOLIN,
            "The Stentor Student II violin 3/4 costs 5.50 EUR a day and the Gewa Allegro violin 3/4 7.00 EUR a day.",
        ),
        ("en", VIOLIN, "You collect an instrument at the branch where it stands, and bring it back there."),
    ],
)
def test_true_prices_pass_however_they_are_written(own_replies, language, asked, text):
    assert judged(own_replies, Saying("", language, asked, text)) == []


@pytest.mark.parametrize(
    ("written", "number"),
    [("12.50", "12.50"), ("12,5", "12.5"), ("1.250,00", "1250.00"), ("1,250.00", "1250.00"), ("1.250", "1250")],
)
def test_numbers_are_read_as_any_language_writes_them(written, number):
    assert statements.decimal(written) == Decimal(number)


def test_a_text_is_cleaned_of_marks_and_foreign_figures():
    assert words.clean("\u200f١٢٫٥٠\u00a0€ 1\u202f234") == "12.50 € 1234"


def test_every_language_has_the_same_tables():
    kinds = {language: words.kinds(language) for language in words.LANGUAGES}
    slugs = {language: frozenset().union(*called.values()) for language, called in kinds.items()}
    assert len(set(slugs.values())) == 1
    names = {frozenset(words.tables(language)) for language in words.LANGUAGES}
    assert len(names) == 1
