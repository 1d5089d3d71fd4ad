"""That an instrument is for a grown-up: `for an adult`, `my wife wants to learn`, `for my dad`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.marks import Mark
from app.speech.shelf import Shelf

NAME = "grown_up"

EXAMPLES = {
    "en": [
        ("a cello for an adult", [True]),
        ("my wife wants to learn the flute", [True]),
        ("a present for my dad", [True]),
        ("for myself", [True]),
    ],
    "de": [("ein Cello für Erwachsene", [True]), ("für meine Frau", [True]), ("mein Mann möchte lernen", [True])],
    "fr": [("un violoncelle pour adulte", [True]), ("pour ma femme", [True])],
    "es": [("un chelo para adultos", [True]), ("para mi marido", [True])],
    "it": [("un violoncello per adulti", [True]), ("per mia moglie", [True])],
    "ar": [("تشيلو للكبار", [True]), ("هدية لزوجتي", [True])],
}

# Whoever is only spoken of.
COUNTEREXAMPLES = {
    "en": ["my dad will collect it", "for my wife's band", "a violin for my daughter", "for my brother"],
    "de": ["mein Mann holt es ab", "für meine Tochter"],
    "fr": ["mon mari viendra", "pour ma fille"],
    "es": ["mi marido lo recoge", "para mi hija"],
    "it": ["mio marito lo ritira", "per mia figlia"],
    "ar": ["كمان لابنتي"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return dict.fromkeys(lexicon.load().adults, (NAME, True))


def find(tokens: Sequence[str]) -> Iterator[Mark]:
    """Each relative for whom it is, or who wants it."""
    known = lexicon.load().relatives
    for place in range(len(tokens)):
        lengths = range(min(2, len(tokens) - place), 0, -1)
        length = next((n for n in lengths if tuple(tokens[place : place + n]) in known["words"]), 0)
        if length and _is_player(tokens, place, place + length):
            yield Mark(NAME, True, place, place + length)


def _is_player(tokens: Sequence[str], place: int, after: int) -> bool:
    known = lexicon.load().relatives
    is_clitic = not tokens[place].isascii() and tokens[place].startswith("ل")
    return is_clitic or lexicon.ends(tokens, place, known["before"]) or lexicon.begins(tokens, after, known["behind"])
