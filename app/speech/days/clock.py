"""Times of day: `Friday 5 pm`, `Monday morning`, `a las 17:00`. The shop rents by the day, so they are left out."""

from collections.abc import Sequence
from functools import cache

from app.speech import lexicon
from app.speech.lexicon import Phrase

HOURS = 24
LONGEST = 3


def without(words: Sequence[str]) -> tuple[list[str], list[int]]:
    """The words without times of day, and for each of them its place among all words."""
    left, places, at = [], [], 0
    while at < len(words):
        stop = _time(words, at) if not _is_plain(words[at]) else at
        if stop > at:
            at = stop
            continue
        left.append(_unglued().get(words[at], words[at]))
        places.append(at)
        at += 1
    return left, places


def _is_plain(word: str) -> bool:
    """Whether no time of day begins with this word: most words are passed over."""
    return not word[0].isdigit() and word not in _first_words()


def _time(words: Sequence[str], at: int) -> int:
    """The place behind the time of day that begins here; `at` itself if none does."""
    begin = _behind(words, at, "clock_at")
    stop = _hour(words, begin, is_led=begin > at, is_sure=_behind(words, at, "clock_only") == begin > at)
    if stop > begin:
        return _behind(words, stop, "part_of_day")
    part = _behind(words, begin, "part_of_day")
    if part == begin or tuple(words[at - 1 : part]) in lexicon.date_words().evenings:
        return at
    return part if _is_dayish(words, at - 1) or _is_dayish(words, part) else at


def _hour(words: Sequence[str], at: int, *, is_led: bool, is_sure: bool) -> int:
    """`17:00`, `5 pm`, `17h30`; behind a word that leads to it also `17 heures`, and beside a day `5`."""
    hour = _figure(words, at)
    if hour is None or hour > HOURS:
        return at
    stop = at + 1
    if words[stop : stop + 1] == [":"] and _figure(words, stop + 1) is not None:
        return _behind(words, stop + 2, "hour")
    named = _behind(words, stop, "hour")
    if named > stop and not _is_rate(words, named):
        return named + (_figure(words, named) is not None and len(words[named]) == LONGEST - 1)
    led = _behind(words, stop, "hour_led")
    if is_led and led > stop:
        return led
    is_near_day = any(_is_weekday(words, beside) for beside in (at - 2, at - 3, stop))
    return stop if is_sure and is_near_day else at


def _is_rate(words: Sequence[str], at: int) -> bool:
    """Whether a unit of time follows: `20 am Tag` is a price."""
    return tuple(words[at : at + 1]) in lexicon.date_words().units


def _figure(words: Sequence[str], at: int) -> int | None:
    word = words[at] if at < len(words) else ""
    is_hour = word.replace(".", "", 1).isdecimal() and word.isascii() and len(word) <= len("17.30")
    return int(word.partition(".")[0]) if is_hour and word[0] != "." else None


def _behind(words: Sequence[str], at: int, kind: str) -> int:
    """The place behind the longest phrase of this kind that begins here."""
    phrases = lexicon.date_words().sayings[kind]
    lengths = range(min(LONGEST, len(words) - at), 0, -1)
    return next((at + length for length in lengths if tuple(words[at : at + length]) in phrases), at)


def _is_dayish(words: Sequence[str], at: int) -> bool:
    """Whether a day is named by the word here."""
    return 0 <= at < len(words) and words[at] in _dayish()


def _is_weekday(words: Sequence[str], at: int) -> bool:
    known = lexicon.date_words()
    return 0 <= at < len(words) and ((words[at],) in known.framed_weekdays or (words[at],) in known.offsets)


@cache
def _dayish() -> frozenset[str]:
    known = lexicon.date_words()
    tables = (known.framed_weekdays, known.offsets, known.months, known.suffixes)
    words = (phrase[-1] for table in tables for phrase in table if phrase)
    return frozenset(word for word in words if word.isalpha()) | frozenset(_unglued())


@cache
def _first_words() -> frozenset[str]:
    sayings = lexicon.date_words().sayings
    return frozenset(phrase[0] for kind in ("clock_at", "part_of_day") for phrase in sayings[kind] if phrase)


@cache
def _unglued() -> dict[str, str]:
    """`freitagabend` as `freitag`."""
    known = lexicon.date_words()
    parts: list[Phrase] = [part for part in known.sayings["part_of_day"] if len(part) == 1]
    return {f"{day}{part}": day for (day, *rest) in known.weekdays if not rest for (part,) in parts}
