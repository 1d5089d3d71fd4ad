"""Everything that code says in the assistant, in the languages of this folder: one TOML file each.

A text is found by its table and its key (`answer.thanks`). One that counts has a form for each plural category of its
language (CLDR's: Arabic tells six apart). Another language is another file with the same keys.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

FOLDER = Path(__file__).parent
DEFAULT = "en"
LANGUAGES = tuple(sorted(page.stem for page in FOLDER.glob("*.toml")))

ONE_FULL_STOP = re.compile(r"(?<!\.)\.\.(?!\.)")  # "… 15 déc." at the end of a sentence.

Text = str | Mapping[str, str]


@dataclass(frozen=True)
class Texts:
    """The texts of one language. `locale` is the CLDR locale in which it writes days, money and numbers."""

    language: str
    locale: Locale
    by_name: Mapping[str, Text]

    def say(self, name: str, /, **words: str) -> str:
        """The text of this name with its placeholders filled. Raises KeyError for an unknown name or a missing word."""
        text = self.by_name[name]
        if not isinstance(text, str):
            raise TypeError(f"{name} counts something: ask for it with a number")
        return ONE_FULL_STOP.sub(".", text.format(**words))

    def count(self, name: str, number: int) -> str:
        """The text of this name in the form that goes with the number: `1 day`, `14 days`."""
        forms = self.by_name[name]
        if isinstance(forms, str):
            raise TypeError(f"{name} counts nothing")
        return forms.get(self.locale.plural_form(number), forms["other"]).format(count=number)

    @property
    def counted(self) -> frozenset[str]:
        """The names of the texts that count something."""
        return frozenset(name for name, text in self.by_name.items() if not isinstance(text, str))

    def word(self, table: str, word: str) -> str | None:
        """How this language says a slug (of a category, a level, a genre); None for one that it does not know."""
        said = self.by_name.get(f"{table}.{word.lower()}")
        return said if isinstance(said, str) else None


@cache
def of(language: str) -> Texts:
    """The texts of one of LANGUAGES."""
    told = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    return Texts(language, Locale.parse(told.pop("locale")), dict(_flat(told)))


def known(tag: str | None) -> str | None:
    """The language of a BCP 47 tag (`de-CH` -> `de`), if we speak it."""
    language = (tag or "").partition("-")[0].lower()
    return language if language in LANGUAGES else None


def failure(sentence: str, language: str) -> str:
    """What went wrong, in another language than English; the sentence as it is where no text has it."""
    english = of(DEFAULT).by_name.items()
    names = (name for name, text in english if text == sentence and name.startswith("failure."))
    name = next(names, None)
    return of(language).say(name) if name else sentence


def _flat(told: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Text]]:
    for table, texts in told.items():
        for key, text in texts.items():
            yield f"{table}.{key}", text
