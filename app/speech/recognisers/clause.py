"""Words that do something to those behind them: refuse, or tell what somebody has or wants. Or they mean nothing."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf

NAME = "clause"


class Clause(StrEnum):
    NOT = "not"
    BUT = "but"
    NEITHER = "neither"
    HAS = "has"
    WANT = "want"
    THAN = "than"
    NOTHING = "nothing"


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    """A phrase that means nothing ("not a problem") beats what its words do elsewhere."""
    known = lexicon.load()
    said = {words: (NAME, clause) for clause in Clause for words in known.clauses.get(clause, ())}
    return said | dict.fromkeys(known.nothing, (NAME, Clause.NOTHING))
