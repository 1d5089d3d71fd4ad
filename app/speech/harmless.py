"""The everyday words of which a model's sentence may be made: allow-lists, one file a language.

A word that stands in no list is said only where an instrument's own facts hold it (`app/answers/facts.py`). How the
lists were made is told at the top of each `languages/<xx>/harmless.toml`.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.speech import lexicon

FOLDER = Path(__file__).parent / "languages"


@dataclass(frozen=True)
class Harmless:
    """Words by what a sentence does with them, normalised.

    `function` words say nothing alone; `greeting`, `recommend` and `describe` do what their names say; those of `ask`
    count in questions only. `qualities` are words for instruments: each may be said of one whose description holds it.
    """

    function: frozenset[str]
    greeting: frozenset[str]
    recommend: frozenset[str]
    describe: frozenset[str]
    ask: frozenset[str]
    qualities: frozenset[str]


@cache
def of(language: str) -> Harmless | None:
    """The words of this language; None for one of which the house holds no list."""
    file = FOLDER / language / "harmless.toml"
    if not language.isalpha() or not file.is_file():
        return None
    told = tomllib.loads(file.read_text("utf-8"))
    return Harmless(**{name: _words(told[name]) for name in Harmless.__dataclass_fields__})


@cache
def every() -> dict[str, Harmless]:
    """The words of every language for which the house holds a list."""
    found = {folder.name: of(folder.name) for folder in sorted(FOLDER.iterdir()) if folder.is_dir()}
    return {language: words for language, words in found.items() if words is not None}


def _words(listed: list[str]) -> frozenset[str]:
    return frozenset(word for entry in listed for word in lexicon.plain_words(entry))
