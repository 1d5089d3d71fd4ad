"""The everyday words that a model may build sentences from: none of them counts, dates, prices, denies or promises."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from app.speech import languages, lexicon

LISTS = sorted(languages.FOLDER.glob("*/harmless.toml"))
SECTIONS = ("function", "joint", "greeting", "recommend", "describe", "ask", "qualities")
# Tables that no harmless word may come from.
TOLD_BY_US = {
    "numbers": ("number", "large", "ordinal", "fraction", "many"),
    "money": ("negation", "period", "rate", "currency", "coin", "total"),
    "days": ("month", "weekday", "offset", "past", "unit", "clock", "feast", "duration", "season"),
}


def harmless(path: Path) -> dict[str, list[str]]:
    return tomllib.loads(path.read_text("utf-8"))


def normal(entry: str) -> str:
    return " ".join(lexicon.words(entry))


def test_all_six_languages_have_a_list():
    assert [path.parent.name for path in LISTS] == ["ar", "de", "en", "es", "fr", "it"]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.parent.name)
class TestEachList:
    def test_it_has_the_sections_and_enough_words(self, path):
        lists = harmless(path)
        assert tuple(lists) == SECTIONS
        assert 150 <= sum(len(lists[name]) for name in SECTIONS[:-1]) <= 450
        assert len(lists["qualities"]) >= 300

    def test_each_entry_is_written_once_in_lower_case_and_without_digits(self, path):
        entries = [entry for section in harmless(path).values() for entry in section]
        assert [entry for entry in entries if entry != entry.lower().strip() or any(map(str.isdigit, entry))] == []
        assert [entry for entry, times in Counter(map(normal, entries)).items() if times > 1 or not entry] == []

    def test_no_entry_counts_dates_prices_or_denies(self, path):
        entries = {normal(entry) for section in harmless(path).values() for entry in section}
        assert entries & _told_by_us(path.parent.name) == set()

    def test_it_says_where_it_comes_from(self, path):
        assert "wordfreq 3.1.1" in path.read_text("utf-8").split("function =")[0]


def _told_by_us(language: str) -> set[str]:
    """This language's words for numbers, money and days."""
    tables = [languages.file(language, name)[table] for name, tables in TOLD_BY_US.items() for table in tables]
    return {normal(phrase) for table in tables for phrases in table.values() for phrase in phrases}
