"""Turns of speech: greetings, pointing to what was shown, leanings, and what somebody does not care about."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.marks import Mark, Turn
from app.speech.shelf import Shelf

NAME = "turn"
# Found beside whatever else the same words say.
ASIDE = (Turn.ASKING, Turn.OFF_TOPIC)

EXAMPLES = {
    "en": [
        ("hello", [Turn.GREETING]),
        ("something cheaper", [Turn.CHEAPER]),
        ("the second one", [Turn.SECOND]),
        ("for my flat", [Turn.QUIET]),
        ("not expensive", [Turn.CHEAP]),
        ("anywhere", [Turn.ANY_PLACE]),
        ("What is it?", [Turn.ASKING, Turn.ASKING]),
        ("sorry, I meant a viola", [Turn.CORRECTION, Turn.CORRECTION]),
        ("tell me a joke", [Turn.ASKING, Turn.OFF_TOPIC]),
        ("the cheaper one", [Turn.CHEAPER_ONE]),
        ("not that one", [Turn.THAT_ONE]),
        ("something nicer", [Turn.BETTER]),
        ("great, I'll take it", [Turn.TAKE]),
        ("not that brand", [Turn.THAT_MAKER]),
    ],
    "de": [
        ("Guten Tag", [Turn.GREETING]),
        ("etwas Günstigeres", [Turn.CHEAPER]),
        ("das zweite", [Turn.SECOND]),
        ("für meine Wohnung", [Turn.QUIET]),
        ("nicht teuer", [Turn.CHEAP]),
        ("egal wo", [Turn.ANY_PLACE]),
        ("ich meinte eine Bratsche", [Turn.CORRECTION]),
        ("das günstigere", [Turn.CHEAPER_ONE]),
        ("das nehme ich", [Turn.TAKE]),
        ("etwas Besseres", [Turn.BETTER]),
    ],
    "fr": [
        ("bonjour", [Turn.GREETING]),
        ("moins cher", [Turn.CHEAPER]),
        ("la deuxième", [Turn.SECOND]),
        ("avec un casque", [Turn.QUIET]),
        ("pas cher", [Turn.CHEAP]),
        ("n'importe où", [Turn.ANY_PLACE]),
        ("je voulais dire un alto", [Turn.CORRECTION]),
        ("le moins cher", [Turn.CHEAPER_ONE]),
        ("je le prends", [Turn.TAKE]),
        ("quelque chose de mieux", [Turn.BETTER]),
    ],
    "es": [
        ("hola", [Turn.GREETING]),
        ("más barato", [Turn.CHEAPER]),
        ("la segunda", [Turn.SECOND]),
        ("para mi piso", [Turn.QUIET]),
        ("barato", [Turn.CHEAP]),
        ("en cualquier sitio", [Turn.ANY_PLACE]),
        ("quería decir una viola", [Turn.CORRECTION]),
        ("la más barata", [Turn.CHEAPER_ONE]),
        ("me lo quedo", [Turn.TAKE]),
        ("algo mejor", [Turn.BETTER]),
    ],
    "it": [
        ("ciao", [Turn.GREETING]),
        ("meno caro", [Turn.CHEAPER]),
        ("il secondo", [Turn.SECOND]),
        ("con le cuffie", [Turn.QUIET]),
        ("economico", [Turn.CHEAP]),
        ("ovunque", [Turn.ANY_PLACE]),
        ("volevo dire una viola", [Turn.CORRECTION]),
        ("il più economico", [Turn.CHEAPER_ONE]),
        ("lo prendo", [Turn.TAKE]),
        ("qualcosa di meglio", [Turn.BETTER]),
    ],
    "ar": [
        ("مرحبا", [Turn.GREETING]),
        ("شيء أرخص", [Turn.CHEAPER]),
        ("الثاني", [Turn.SECOND]),
        ("هادئ", [Turn.QUIET]),
        ("رخيص", [Turn.CHEAP]),
        ("في أي مكان", [Turn.ANY_PLACE]),
        ("قصدت فيولا", [Turn.CORRECTION]),
        ("الأغلى", [Turn.DEARER_ONE]),
        ("سآخذها", [Turn.TAKE]),
        ("شيء أفضل", [Turn.BETTER]),
    ],
}

COUNTEREXAMPLES = {
    "en": [
        "a B flat clarinet",
        "an E-flat alto",
        "a flat fee",
        "the second hand piano",
        "a flat top guitar",
        "May I have a harp",
    ],
    "de": ["eine B-Klarinette", "ein Klavier"],
    "fr": ["une clarinette en si bémol"],
    "es": ["un clarinete en si bemol", "una guitarra de segunda mano"],
    "it": ["un clarinetto in si bemolle", "una chitarra di seconda mano"],
    "ar": ["كمان"],
}


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    turns = lexicon.load().turns
    return {said: (NAME, Turn(turn)) for turn, found in turns.items() if Turn(turn) not in ASIDE for said in found}


def find(tokens: Sequence[str]) -> Iterator[Mark]:
    """Questions, and what no music shop knows."""
    turns = lexicon.load().turns
    length = next((n for n in (3, 2, 1) if n <= len(tokens) and tuple(tokens[:n]) in turns[Turn.ASKING]), 0)
    if length:
        yield Mark(NAME, Turn.ASKING, 0, length)
    for place, token in enumerate(tokens):
        if token == "?":
            yield Mark(NAME, Turn.ASKING, place, place + 1)
        if (token,) in turns[Turn.OFF_TOPIC]:
            yield Mark(NAME, Turn.OFF_TOPIC, place, place + 1)
