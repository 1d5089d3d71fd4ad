"""Texting and slips of the pen, spelled out before anything is read: `u`, `4 my`, `wkend`, `begginer`.

Words stand for others everywhere (`pls`), or only before certain words (`4 my`, but `4 violins`). A slip is forgiven in
longer words that matter (`mend` in languages/<xx>/texting.toml), never in one that any of our languages knows, nor in
what is only another form of such a word. Names of instruments are mended where they are read (`mentions`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from app.speech import languages, lexicon
from app.speech.words import normalise

WRITTEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
NUMBERED = re.compile(r"(\d{1,3})([^\W\d_]+)")  # 2wks
FEWEST_LETTERS, LONG = 6, 8
ANYTHING: frozenset[str] = frozenset()


def spelled_out(text: str) -> str:
    """The text, its texting and slips written as most people would; all else stays as it is."""
    found = list(WRITTEN.finditer(text))
    said = [match.group().casefold() for match in found]
    parts, end = [], 0
    for place, match in enumerate(found):
        is_beside = place + 1 < len(found) and text[match.end() : found[place + 1].start()].isspace()
        meant = _sound(said, place) if said[place] in _sounds() and is_beside else _stands_for(said[place])
        if meant is not None:
            parts += [text[end : match.start()], meant]
            end = match.end()
    return "".join((*parts, text[end:]))


def _sound(said: Sequence[str], place: int) -> str | None:
    """What a number or a letter stands for before the words behind it; None for itself: `4 a week` is a price."""
    behind, next_behind = said[place + 1], _plain(said[place + 2]) if place + 2 < len(said) else ""
    is_length = (next_behind,) in lexicon.date_words().units
    is_rate = is_length and (behind,) in lexicon.load().joints["per"]
    for meant, before in _sounds()[said[place]]:
        if before is ANYTHING:
            return meant if behind.isalpha() else None
        if behind.isdecimal() or NUMBERED.fullmatch(behind):
            return meant if is_length or NUMBERED.fullmatch(behind) else None
        if normalise(behind) in before and not is_rate:
            return meant
    return None


def _plain(word: str) -> str:
    return normalise(_stands_for(word) or word)


@lru_cache(maxsize=8192)
def _stands_for(word: str) -> str | None:
    plain = normalise(word)
    if plain in _texting():
        return _texting()[plain]
    numbered = NUMBERED.fullmatch(plain)
    if numbered and numbered[2] in _texting():
        return f"{numbered[1]} {_texting()[numbered[2]]}"
    if len(plain) >= FEWEST_LETTERS and plain.isalpha() and not is_known(plain):
        meant = nearest(plain, _other_words(plain), fewest_of_two=LONG)
        return meant[0] if len(meant) == 1 else None
    return None


def is_known(word: str) -> bool:
    """Whether a word of any of our languages' files: no slip, whatever it resembles."""
    return word in _known()


def nearest(word: str, candidates: Iterable[str], fewest_of_two: int) -> list[str]:
    """The words that this one nearly spells, those that are nearest: one slip is forgiven, two from so many letters on.

    Of some that are as near, those with the right last letter are likelier.
    """
    slips = 1 if len(word) < fewest_of_two else 2
    near = extract(word, tuple(candidates), scorer=OSA.distance, score_cutoff=slips, limit=None)
    found = sorted((far, candidate[-1] != word[-1], candidate) for candidate, far, _ in near)
    return [candidate for *how, candidate in found if how == list(found[0][:2])]


def _other_words(word: str) -> Iterator[str]:
    """Those that a slip may have turned into this one, which is no other form of theirs: `advance`, `electrician`."""
    for candidate in _mendable().get(word[0], ()):
        is_form = candidate.startswith(word) or word.startswith(candidate) or abs(len(candidate) - len(word)) > 1
        if not is_form:
            yield candidate


@cache
def _texting() -> Mapping[str, str]:
    spelled = ((meant, written) for _, meant, said in languages.meanings("texting", "spelled") for written in said)
    return {normalise(written): meant for meant, written in spelled if normalise(written) != normalise(meant)}


@cache
def _sounds() -> Mapping[str, tuple[tuple[str, frozenset[str]], ...]]:
    """By what is written: what it stands for, and before which words."""
    found: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for _, both, before in languages.meanings("texting", "sound"):
        written, meant = both.split()
        found.setdefault(written, []).append((meant, frozenset(map(normalise, before)) if before else ANYTHING))
    return {written: tuple(meanings) for written, meanings in found.items()}


@cache
def _mendable() -> Mapping[str, tuple[str, ...]]:
    """By the first letter, which must be right."""
    by_letter: dict[str, list[str]] = {}
    for _, word in languages.words("texting", "mend"):
        by_letter.setdefault(normalise(word)[0], []).append(normalise(word))
    return {letter: tuple(dict.fromkeys(words)) for letter, words in by_letter.items()}


@cache
def _known() -> frozenset[str]:
    return frozenset().union(*map(lexicon.words_of, (languages.ANY, *languages.known())))
