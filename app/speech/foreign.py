"""Whether a message is in a language that has no folder here, and which one.

A false alarm on a message that we can read is worse than a miss. So two words must tell, and more of them than words of
any one of our own languages; names of instruments travel and say nothing for ours. A script that is no language's of
ours tells by itself. What libraries would have found instead is told in docs/decisions/0029-unread.md.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.speech import languages, lexicon
from app.speech.words import READ_CHARACTERS, forms, normalise

FOLDER = "foreign"
FEWEST = 2  # Words that tell.
LEAD = 1.5  # How many of them there must be for one that speaks for a language of ours.
SHARE = 0.25  # Of all words.
SCRIPT_SHARE = 0.5  # Of the letters.
OUR_SCRIPTS = ("LATIN", "ARABIC")
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class _Words:
    """By word or by letter: the foreign languages that it tells; by word: of which of ours it is one."""

    telling: Mapping[str, frozenset[str]]
    letters: Mapping[str, frozenset[str]]
    ours: Mapping[str, frozenset[str]]


def language_of(message: str) -> str | None:
    """The tag (ISO 639) of the language of a message that is in none of those that we read; else None."""
    text = as_written(message)
    scripts = Counter(_script(letter) for letter in text if letter.isalpha())
    script, most = next(iter(scripts.most_common(1)), (OUR_SCRIPTS[0], 0))
    if script in OUR_SCRIPTS:
        return _by_words(list(dict.fromkeys(WORD.findall(text))), _written_in(script))
    if scripts["HIRAGANA"] + scripts["KATAKANA"]:  # Mixed with Han signs.
        script = "HIRAGANA"
        most = scripts["HIRAGANA"] + scripts["KATAKANA"] + scripts["CJK"]
    if most < FEWEST or most < SCRIPT_SHARE * scripts.total():
        return None
    known = _written_in(script)
    return _likeliest(WORD.findall(text), known) or next(iter(known), None)


def sentence(language: str) -> str | None:
    """How this language says that we do not read it; `{languages}` stands for those that we do."""
    return file(language).get("sentence")


def file(language: str) -> dict[str, Any]:
    """What is known of a foreign language; empty for any other."""
    return languages.file(FOLDER, language)


@cache
def known() -> tuple[str, ...]:
    """The foreign languages that are recognised."""
    return tuple(languages.everything(FOLDER))


def as_written(message: str) -> str:
    return unicodedata.normalize("NFC", message[:READ_CHARACTERS]).casefold()


def _by_words(said: Sequence[str], candidates: Sequence[str]) -> str | None:
    words, best = _words(), _likeliest(said, candidates)
    if best is None:
        return None
    told = [word for word in said if best in words.telling.get(word, ())]
    telling = [word for word in told if not _ours(word)]
    lettered = [word for word in said if word not in told and any(best in words.letters.get(c, ()) for c in word)]
    own = Counter(language for word in said if word not in told for language in _ours(word))
    weight = len(telling) + len(lettered) / 2
    share = max(weight, len(told) / 2)  # Words that are ours as well say half as much.
    is_sure = weight >= LEAD * max(own.values(), default=0) and share >= SHARE * len(said)
    return best if is_sure and len(telling) >= FEWEST else None


def _likeliest(said: Sequence[str], candidates: Sequence[str]) -> str | None:
    """Which of these languages most of the words tell."""
    words = _words()
    told: Counter[str] = Counter()
    for word in said:
        told.update(words.telling.get(word, ()))
        told.update(frozenset().union(*(words.letters.get(letter, ()) for letter in word)))
    ranked = sorted(candidates, key=lambda language: -told[language])
    return ranked[0] if ranked and told[ranked[0]] else None


def _ours(word: str) -> frozenset[str]:
    """The languages of ours that have this word."""
    ours = _words().ours
    if word in ours or word.isascii():
        return ours.get(word, frozenset())
    return frozenset().union(*(ours.get(form, ()) for form in forms(normalise(word), "ar") if not form.isascii()))


@cache
def _words() -> _Words:
    telling: dict[str, set[str]] = {}
    letters: dict[str, set[str]] = {}
    ours: dict[str, set[str]] = {}
    for language in known():
        names = [name for said in file(language).get("kind", {}).values() for name in said if not name.endswith("*")]
        for word in WORD.findall(as_written(" ".join([file(language).get("words", ""), *names]))):
            telling.setdefault(word, set()).add(language)
        for letter in file(language).get("letters", ""):
            letters.setdefault(letter, set()).add(language)
    for language in languages.known():
        for word in lexicon.written_words_of(language):
            ours.setdefault(word, set()).add(language)
    for names in languages.file(languages.ANY, "kinds")["kind"].values():
        for word in WORD.findall(as_written(" ".join(names))):
            ours.setdefault(word, set()).update(languages.known())  # They travel: they tell no language from another.
    return _Words(*({part: frozenset(its) for part, its in table.items()} for table in (telling, letters, ours)))


@cache
def _written_in(script: str) -> tuple[str, ...]:
    """The foreign languages that this script writes: Latin, where they name no other."""
    return tuple(language for language in known() if script in file(language).get("script", OUR_SCRIPTS[:1]))


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]
