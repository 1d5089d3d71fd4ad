"""What is asked of one instrument: its deposit, where it stands, whether a case comes with it.

A mark here asks nothing by itself: there must be an instrument that it is asked of (see needs/pointing.py). It is found
beside whatever else the same words say.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.marks import Fact, Mark

NAME = "fact"
LONGEST = 4

EXAMPLES = {
    "en": [
        ("what's the deposit for the second", [Fact.DEPOSIT]),
        ("where can I pick it up?", [Fact.PLACE, Fact.PLACE]),
        ("does it have weighted keys", ["keys"]),
        ("how heavy is it?", ["weight"]),
        ("is a case included?", ["included", "included"]),
    ],
    "de": [("wie hoch ist die Kaution?", [Fact.DEPOSIT]), ("ist ein Koffer dabei?", ["included", "included"])],
    "fr": [("quelle est la caution ?", [Fact.DEPOSIT]), ("combien pèse-t-il ?", [Fact.RATES, "weight"])],
    "es": [("¿cuál es la fianza?", [Fact.DEPOSIT]), ("¿tiene teclas contrapesadas?", ["keys"])],
    "it": [("quant'è la cauzione?", [Fact.DEPOSIT]), ("ha i tasti pesati?", ["keys"])],
    "ar": [("كم التأمين؟", [Fact.RATES, Fact.DEPOSIT]), ("هل مفاتيح موزونة؟", ["keys"])],
}

COUNTEREXAMPLES = {
    "en": ["a cello, please", "thanks"],
    "de": ["ein Cello, bitte"],
    "fr": ["un violoncelle, merci"],
    "es": ["un violonchelo, gracias"],
    "it": ["un violoncello, grazie"],
    "ar": ["أريد كمان"],
}


def find(tokens: Sequence[str]) -> Iterator[Mark]:
    """The longest phrases, each where it begins."""
    place = 0
    while place < len(tokens):
        longest = min(LONGEST, len(tokens) - place)
        length = next((n for n in range(longest, 0, -1) if tuple(tokens[place : place + n]) in _asked()), 0)
        if length:
            yield Mark(NAME, _asked()[tuple(tokens[place : place + length])], place, place + length)
        place += length or 1


@cache
def _asked() -> Mapping[Phrase, str]:
    known = lexicon.load()
    return known.topics | {said: Fact(fact) for said, fact in known.facts.items()}
