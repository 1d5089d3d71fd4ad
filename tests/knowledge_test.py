"""The house book says the same in every language: the same passages, with the same figures."""

import re
from collections import Counter
from pathlib import Path

import pytest

from app.answers import passages, phrases
from app.init import create_app
from app.services import house_rules
from app.speech import lexicon
from app.speech.shelf import Shelf
from tests.settings import SETTINGS

KNOWLEDGE = Path(passages.__file__).parent / "knowledge"
LANGUAGES = sorted(folder.name for folder in KNOWLEDGE.iterdir() if folder.is_dir())
PLACEHOLDER = re.compile(r"\{\??\w+\}|[\[\]|]")
SHELF = Shelf(places=("Harbour Street", "Old Mill"))


def book(language: str) -> dict[str, passages.Passage]:
    pages = sorted((KNOWLEDGE / language).glob("*.md"))
    found = passages.load(language)
    assert sum(page.read_text("utf-8").count("\n## ") for page in pages) == len(found)
    return {passage.id: passage for passage in found}


def said(name: str, language: str, **settings: str) -> str:
    """The text of a passage in a shop with these settings."""
    with create_app({**SETTINGS, **settings}).app_context():
        return house_rules.said(book("en")[name], language, SHELF).text


def test_all_six_languages_have_a_book():
    assert LANGUAGES == ["ar", "de", "en", "es", "fr", "it"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_holds_the_same_passages_with_the_same_figures(language):
    ours, english = book(language), book("en")
    assert list(ours) == list(english)
    assert len({passage.title for passage in ours.values()}) == len(english)
    for name, passage in ours.items():
        for figures in (r"\d+", PLACEHOLDER):
            assert Counter(re.findall(figures, passage.text)) == Counter(re.findall(figures, english[name].text)), name
        assert passage.tells == english[name].tells, name
        assert len(passage.asked) >= 2, name
        assert 80 < len(passage.text) < 600, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_example_leads_to_two_passages_or_to_none(language):
    others = (KNOWLEDGE / language / passages.OTHERS).read_text("utf-8").splitlines()
    leading = [
        (name, " ".join(lexicon.words(example)))
        for name, passage in book(language).items()
        for example in (*passage.asked, *passage.words)
    ] + [(passages.OTHER, " ".join(lexicon.words(line))) for line in others]
    assert all(words for _, words in leading)
    assert [words for words, times in Counter(words for _, words in set(leading)).items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_finds_its_own_passage(language):
    asked = [(name, question) for name, passage in book(language).items() for question in passage.asked]
    found = [(name, passages.find(question)) for name, question in asked]
    wrong = [name for name, other in found if other is None or other.passage.id != name]
    assert len(wrong) < 0.03 * len(asked), wrong


@pytest.mark.parametrize(
    ("question", "language", "name"),
    [
        ("how much is the deposit?", "en", "deposit"),
        ("Kann ich mit Karte zahlen?", "de", "payment"),
        ("vous êtes ouverts le samedi ?", "fr", "opening-hours"),
        ("¿y si se me cae y se rompe?", "es", "damage"),
        ("vendete anche strumenti?", "it", "buying"),
        ("هل عندكم خدمة توصيل؟", "ar", "delivery"),
    ],
)
def test_a_question_is_answered_from_the_book_of_its_language(question, language, name):
    found = passages.find(question)
    assert found is not None
    told = passages.in_language(found.passage, language)
    assert (told.id, told.language) == (name, language)
    assert told.text == book(language)[name].text


def test_what_is_not_translated_is_told_in_english():
    found = passages.find("deposit")
    assert found is not None
    assert passages.in_language(found.passage, "pt") == passages.in_language(found.passage, "../de") == found.passage
    assert found.passage.language == "en"


def test_what_stands_beside_the_question_is_told():
    found = passages.find("I play the cello. Do you deliver? I need it on Friday")
    assert found is not None
    assert (found.passage.id, found.beside) == ("delivery", "i play the cello . ? i need it on friday")


@pytest.mark.parametrize("message", ["", "?", "...", "a cello for my son", "🎻", "x" * 2000])
def test_what_is_no_question_to_the_shop_is_like_to_none(message):
    found = passages.find(message)
    assert found is None or found.likeness < 4


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "setting", "days"),
    [
        ("late-return", "RENTAL_GRACE_DAYS", 5),
        ("cancelling", "RENTAL_CANCEL_DAYS", 6),
        ("cancelling", "RENTAL_COLLECT_DAYS", 4),
        ("rental-length", "RENTAL_MAX_DAYS", 77),
        ("longer", "RENTAL_MAX_DAYS", 77),
        ("rental-length", "RENTAL_AHEAD_DAYS", 400),
        ("privacy", "CONVERSATION_KEEP_DAYS", 40),
    ],
)
def test_a_rule_is_told_as_it_is_set(name, setting, days, language):
    assert phrases.of(language).duration(days) in said(name, language, **{setting: str(days)})
    assert phrases.of(language).duration(days) not in said(name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_shop_has_not_is_not_told(language):
    strict = said("late-return", language, RENTAL_GRACE_DAYS="0")
    assert "0" not in strict
    assert len(strict) < len(said("late-return", language))
    assert said("cancelling", language, RENTAL_COLLECT_DAYS="0") != said("cancelling", language)
    assert "48" in said("privacy", language, CONVERSATION_MEMORY_HOURS="48")
    assert "CHF" in said("prices", language, SHOP_CURRENCY="CHF")
    assert "Old Mill" in said("branches", language)
    assert said("privacy", language, CHAT_MODEL="ollama:mistral") == said("privacy", language)
    assert said("privacy", language, CHAT_MODEL="openai:gpt-9") != said("privacy", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_passage_can_be_said(language):
    with create_app(SETTINGS).app_context():
        for passage in book("en").values():
            for shelf in (SHELF, Shelf()):
                assert not PLACEHOLDER.search(house_rules.said(passage, language, shelf).text), passage.id
