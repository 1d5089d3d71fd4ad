"""Each recogniser by its own examples and counterexamples. Today is Wednesday, the third of March 2027."""

from datetime import date

import pytest

from app.speech import languages, recognisers
from app.speech.almanac import Almanac
from app.speech.reading import read
from app.speech.shelf import Shelf

SHELF = Shelf(brands=("Yamaha", "Buffet Crampon"), places=("Harbour Street",), genres=("klezmer",))
ALMANAC = Almanac(date(2027, 3, 3))
NAMES = {recogniser.NAME: recogniser for recogniser in recognisers.WITH_EXAMPLES}


def found(name: str, text: str) -> list:
    return [mark.value for mark in read(text, SHELF, ALMANAC).of(name)]


@pytest.mark.parametrize("name", NAMES)
def test_a_recogniser_has_examples_in_each_language(name):
    for texts in (NAMES[name].EXAMPLES, NAMES[name].COUNTEREXAMPLES):
        assert {language for language, told in texts.items() if told} == set(languages.known())


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [(name, *example) for name in NAMES for examples in NAMES[name].EXAMPLES.values() for example in examples],
)
def test_it_finds_what_its_examples_say(name, text, values):
    assert found(name, text) == values


@pytest.mark.parametrize(
    ("name", "text"),
    [(name, text) for name in NAMES for texts in NAMES[name].COUNTEREXAMPLES.values() for text in texts],
)
def test_it_finds_nothing_in_its_counterexamples(name, text):
    assert found(name, text) == []
