"""The house book says the same in every language: the same passages, with the same figures."""

import re
from collections import Counter
from pathlib import Path

import pytest

from app.answers import passages
from app.speech import lexicon

KNOWLEDGE = Path(passages.__file__).parent / "knowledge"
LANGUAGES = sorted(folder.name for folder in KNOWLEDGE.iterdir() if folder.is_dir())
SECTION = re.compile(
    r"^## (?P<title>.+)\nId: (?P<id>.+)\nAsked: (?P<asked>.+)\n(?P<tells>Tells: .+\n)?\n(?P<text>[^#]+)", re.M
)


def book(language: str) -> dict[str, re.Match[str]]:
    pages = sorted((KNOWLEDGE / language).glob("*.md"))
    found = [section for page in pages for section in SECTION.finditer(page.read_text("utf-8"))]
    assert sum(page.read_text("utf-8").count("\n## ") for page in pages) == len(found)
    return {section["id"]: section for section in found}


def test_all_six_languages_have_a_book():
    assert LANGUAGES == ["ar", "de", "en", "es", "fr", "it"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_holds_the_same_passages_with_the_same_figures(language):
    ours, english = book(language), book("en")
    assert list(ours) == list(english)
    assert len({section["title"] for section in ours.values()}) == len(english)
    for name, section in ours.items():
        assert re.findall(r"\d+", section["text"]) == re.findall(r"\d+", english[name]["text"]), name
        assert section["tells"] == english[name]["tells"], name
        assert 80 < len(" ".join(section["text"].split())) < 600, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_lead_to_two_passages(language):
    leading = [
        (name, tuple(sorted(" ".join(lexicon.words(phrase)) for phrase in alternative.split("&"))))
        for name, section in book(language).items()
        for alternative in section["asked"].split(",")
    ]
    assert all(all(phrases) for _, phrases in leading)
    assert [phrases for phrases, times in Counter(phrases for _, phrases in set(leading)).items() if times > 1] == []


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
    found = passages.find(lexicon.words(question))
    assert found is not None
    told = passages.in_language(found, language)
    assert (told.id, told.language) == (name, language)
    assert told.text == " ".join(book(language)[name]["text"].split())


def test_what_is_not_translated_is_told_in_english():
    found = passages.find(["deposit"])
    assert found is not None
    assert passages.in_language(found, "pt") == passages.in_language(found, "../de") == found
    assert found.language == "en"


def test_no_word_of_the_book_is_no_passage():
    assert passages.find(lexicon.words("a cello for my son")) is None
