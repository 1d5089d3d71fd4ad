"""What of a message in a language that we do not read is beyond doubt: the instruments that it names, and for whom.

Sizes written as fractions and ages in figures count only beside a kind: a half of anything is not a cello. For a child
of whom neither was read no instrument is beyond doubt that has sizes.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from app.speech import foreign, lexicon
from app.speech.marks import Mark
from app.vocabulary import FAMILIES

NEAR = 14  # Letters before a name in which a "not" denies it.
OLDEST_CHILD = 17
UNSPACED = {"CJK", "HIRAGANA", "THAI", "HANGUL", "DEVANAGARI", "HEBREW"}  # Words stand glued to others.
FRACTION = re.compile(r"(?<![\d/.,])\d/\d{1,2}(?![\d/])")
HAN_NUMBERS = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)}
SIZED = frozenset({*FAMILIES["bowed"], *lexicon.categories_of("guitar")})


def marks(message: str, language: str) -> tuple[Mark, ...]:
    """The kinds, then a size or an age. Where they stand tells their order, no more."""
    text = foreign.as_written(message)
    kinds = list(_kinds(text, language))
    about = (list(_sizes(text)) or list(_player(text, language))) if kinds else []
    if not about and _any_of(language, "child").search(text):  # Of which age it was not read.
        kinds = [kind for kind in kinds if not SIZED.intersection(kind)]
    found = [*(("kind", kind) for kind in kinds), *about]
    return tuple(Mark(name, value, place, place + 1) for place, (name, value) in enumerate(found))


def _kinds(text: str, language: str) -> Iterator[tuple[str, ...]]:
    """In their order; of several names that begin at one place the longest, and none that is denied."""
    denied, reached = _any_of(language, "not"), 0
    found = [(match, kind) for pattern, kind in _patterns(language) for match in pattern.finditer(text)]
    for match, kind in sorted(found, key=lambda each: (each[0].start(), -each[0].end())):
        if match.start() >= reached:
            reached = match.end()
            if not denied.search(text[max(0, match.start() - NEAR) : match.start()]):
                yield kind


def _sizes(text: str) -> Iterator[tuple[str, str]]:
    sizes = lexicon.load().sizes
    yield from (("size", sizes[(found,)]) for found in FRACTION.findall(text)[:1] if (found,) in sizes)


def _player(text: str, language: str) -> Iterator[tuple[str, Any]]:
    """A child's age, or that it is for a grown-up."""
    if _any_of(language, "child").search(text):
        found = _age(language).search(text)
        age = (HAN_NUMBERS.get(found[1]) or int(found[1])) if found else 0
        if 0 < age <= OLDEST_CHILD:
            yield "age", age
    elif _any_of(language, "grown_up").search(text):
        yield "grown_up", True


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    named = foreign.file(language).get("kind", {}).items()
    return tuple((_pattern(language, said), lexicon.categories_of(kind)) for kind, said in named)


@cache
def _any_of(language: str, name: str) -> re.Pattern[str]:
    return _pattern(language, foreign.file(language).get("player", {}).get(name, ()))


@cache
def _age(language: str) -> re.Pattern[str]:
    years = foreign.file(language).get("player", {}).get("years", ())
    return re.compile(rf"(\d{{1,2}}|[{''.join(HAN_NUMBERS)}])[\s-]?(?:{_alternatives(years) or '(?!)'})")


def _pattern(language: str, said: Sequence[str]) -> re.Pattern[str]:
    """Any of these, as whole words where the script sets words apart; nothing where there are none."""
    names = _alternatives(said) or "(?!)"
    is_glued = UNSPACED.intersection(foreign.file(language).get("script", ()))
    return re.compile(names if is_glued else rf"(?<!\w)(?:{names})(?!\w)")


def _alternatives(said: Sequence[str]) -> str:
    """Longest first; `*` is an ending of a few letters."""
    longest_first = sorted(said, key=len, reverse=True)
    return "|".join(re.escape(each.removesuffix("*")) + r"\w{0,4}" * each.endswith("*") for each in longest_first)
