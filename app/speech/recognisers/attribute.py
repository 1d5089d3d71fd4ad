"""Facts that only some kinds of instruments have: `left-handed`. Each section of the attributes' words is a mark."""

from collections.abc import Mapping
from typing import Any

from app.speech import lexicon
from app.speech.lexicon import Phrase
from app.speech.shelf import Shelf


def phrases(shelf: Shelf) -> Mapping[Phrase, tuple[str, Any]]:
    return {said: (name, means) for name, table in lexicon.load().attributes.items() for said, means in table.items()}
