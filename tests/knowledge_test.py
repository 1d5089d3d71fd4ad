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
