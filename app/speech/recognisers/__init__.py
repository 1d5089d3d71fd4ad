"""What can be recognised in a text: one file for each mark, with its rule, EXAMPLES and COUNTEREXAMPLES.

A recogniser of PHRASES says what phrases mean (`phrases(shelf)`); one of the others finds its marks among the tokens
(`find`). An example is a text and the values of this name's marks in it; a counterexample has none.

Precedence: days are read first and taken out of the message. Then idioms stand for themselves. Of several phrases that
begin at one place the longest counts; what one phrase means to several recognisers is what the first of PHRASES says.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from app.speech.lexicon import Phrase
from app.speech.recognisers import (
    absent,
    adjective,
    age,
    attribute,
    body,
    clause,
    days,
    ensemble,
    fact,
    genre,
    grade,
    grown_up,
    growth,
    kind,
    level,
    maker,
    model,
    money,
    mood,
    number,
    own,
    place,
    player,
    pronoun,
    quality,
    quantity,
    size,
    turn,
)
from app.speech.shelf import Shelf

PHRASES = (
    kind,
    ensemble,
    player,
    adjective,
    absent,
    clause,
    turn,
    attribute,
    size,
    growth,
    grade,
    grown_up,
    genre,
    level,
    place,
    maker,
    mood,
    quality,
)
WITH_EXAMPLES = (
    *(recogniser for recogniser in PHRASES if recogniser not in (clause, attribute)),
    days,
    money,
    age,
    body,
    number,
    quantity,
    model,
    own,
    fact,
    pronoun,
)


@lru_cache(maxsize=8)
def vocabulary_of(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    """Every phrase that means something in this shop: the name of the mark, and its value."""
    vocabulary: dict[Phrase, tuple[str, Any]] = {}
    for recogniser in PHRASES:
        vocabulary = {**recogniser.phrases(shelf), **vocabulary}
    return vocabulary
