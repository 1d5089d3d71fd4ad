"""The words of each language, as data: a folder a language, named as in ISO 639, and `any` for what is alike in all.

Every folder has the same files: kinds (of instruments), attributes (facts that only some of them have), wishes, money,
days, numbers, everyday (words that say little).
A shop adds its own words there; a new language is one more folder. `foreign` has a file for each language that is only
recognised (see speech/foreign.py).
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
ANY = "any"


@cache
def known() -> tuple[str, ...]:
    """The languages that we read."""
    folders = (folder.name for folder in FOLDER.iterdir() if (folder / "everyday.toml").is_file())
    return tuple(sorted(folders))


@cache
def file(language: str, name: str) -> dict[str, Any]:
    """One file of a language; empty where it has none."""
    path = FOLDER / language / f"{name}.toml"
    return tomllib.loads(path.read_text("utf-8")) if path.is_file() else {}


def everything(language: str) -> dict[str, Any]:
    """All files of a language, by their names."""
    return {path.stem: file(language, path.stem) for path in sorted((FOLDER / language).glob("*.toml"))}


def meanings(name: str, section: str) -> Iterator[tuple[str, str, list[Any]]]:
    """Of every language: the language, and what each list of this section means beside what it holds."""
    for language in (ANY, *known()):
        for meaning, said in file(language, name).get(section, {}).items():
            yield language, meaning, said.split() if isinstance(said, str) else said


def sections(name: str) -> tuple[str, ...]:
    """The sections that this file has in any language."""
    return tuple(sorted({section for language in (ANY, *known()) for section in file(language, name)}))


def words(name: str, section: str) -> Iterator[tuple[str, str]]:
    """The words of a section that is one list (`words = […]`), each with its language."""
    for language, _, said in meanings(name, section):
        yield from ((language, word) for word in said)
