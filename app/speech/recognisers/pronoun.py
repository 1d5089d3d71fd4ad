"""Words that stand for what was spoken of last: `does it have a case?` They count in their own language alone."""

from collections.abc import Iterator, Sequence

from app.speech import lexicon
from app.speech.marks import Mark

NAME = "pronoun"

EXAMPLES = {
    "en": [("does it have weighted keys?", ["en"])],
    "de": [("wie schwer ist es?", ["de"])],
    "fr": [("est-ce qu'il est lourd ?", ["fr"])],
    "es": [("¿ese tiene funda?", ["es"])],
    "it": [("questo ha la custodia?", ["it"])],
    "ar": [("هل هذا مناسب؟", ["ar"])],
}

COUNTEREXAMPLES = {
    "en": ["a cello"],
    "de": ["ein Cello"],
    "fr": ["un violoncelle"],
    "es": ["un violonchelo"],
    "it": ["un violoncello"],
    "ar": ["كمان"],
}


def find(tokens: Sequence[str], language: str | None) -> Iterator[Mark]:
    """Those of the language that is spoken; of any where it is not sure."""
    for place, token in enumerate(tokens):
        its = sorted(name for (name,) in lexicon.load().pronouns.get((token,), ()))
        if its and language in (None, *its):
            yield Mark(NAME, language or its[0], place, place + 1)
