"""A maker's designation: `Yamaha P-45`, `the SM58`. Whether the shop has it, only the catalogue knows."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from app.speech import descriptions
from app.speech.marks import Mark
from app.speech.recognisers import kind, maker, number
from app.speech.written import Chunk, Written

NAME = "model"
MOST_WORDS = 3
ROMAN = re.compile(r"[IVX]+")
ALONE = {"A", "I"}  # Words of a single letter, which begin a sentence.

EXAMPLES = {
    "en": [
        ("Is the Yamaha P-45 in stock?", ["P-45"]),
        ("a yamaha p45 please", ["p45"]),
        ("a Yamaha P 45", ["P 45"]),
        ("Gibson SG or something like it", ["SG"]),
        ("looking for a Korg Monologue", ["Monologue"]),
        ("a Roland Juno DS61 for a gig", ["Juno DS61"]),
        ("SM57: is a clip included?", ["SM57"]),
        ("the TR-909 digital piano", ["TR-909"]),
    ],
    "de": [("Haben Sie das Yamaha P-45?", ["P-45"]), ("eine Gibson SG", ["SG"])],
    "fr": [("un Roland FP-30X pour ma fille", ["FP-30X"]), ("un synthé Korg Monologue", ["Monologue"])],
    "es": [("¿tenéis la Yamaha C40?", ["C40"]), ("el piano P-45", ["P-45"])],
    "it": [("quanto costa il Casio CDP-S110", ["CDP-S110"])],
    "ar": [("هل لديكم Yamaha P-45 ؟", ["P-45"])],
}

COUNTEREXAMPLES = {
    "en": [
        "a Yamaha piano",
        "a Yamaha for 15 a day",
        "my 8yo and a Yamaha",
        "we are in LS1 and need a PA",
        "Year 5 needs ukuleles",
        "A YAMAHA PIANO PLEASE",
        "a violin in size 3/4",
        "a 2nd guitar",
    ],
    "de": ["ein Yamaha Klavier", "ein Yamaha für Anfänger", "Fender Verstärker mieten"],
    "fr": ["un piano Yamaha", "une guitare Fender pour Zoé"],
    "es": ["un piano Yamaha", "una guitarra Fender por favor"],
    "it": ["un pianoforte Yamaha"],
    "ar": ["بيانو Yamaha"],
}


def find(
    tokens: Sequence[str],
    marks: Sequence[Mark],
    language: str,
    written: Callable[[], Written],
) -> Iterator[Mark]:
    """Behind a maker, or looking like a designation where an instrument is named. `written` is asked for only where
    there may be one.
    """
    closed = (mark for mark in marks if mark.name != number.NAME and not descriptions.is_open(mark))
    taken = {place for mark in closed for place in range(mark.start, mark.end)}
    behind = {mark.end for mark in marks if mark.name == maker.NAME}
    has_figures = any(token[0].isdecimal() or not token.isalpha() and token.isalnum() for token in tokens)
    if not behind and not has_figures:
        return
    text = written()

    def is_free(place: int) -> bool:
        return place not in taken and not descriptions.is_known(tokens[place])

    beside = {place for mark in marks if mark.name == kind.NAME for place in (mark.start, mark.end)}
    reached = 0
    for chunk in text.chunks:
        is_behind = chunk.start in behind
        if chunk.start < reached or not taken.isdisjoint(range(chunk.start, chunk.end)):
            continue
        may_begin = (chunk.is_model and chunk.text.isupper()) or (
            is_behind and _may_be_named(chunk, text, language, is_free)
        )
        if may_begin and (is_behind or _stands_for_an_instrument(chunk, tokens, beside, language)):
            reached = _end(chunk, text, taken, language, is_free)
            name = text.text(chunk.start, reached)
            if sum(map(str.isalnum, name)) > 1:
                yield Mark(NAME, name, chunk.start, reached)


def _may_be_named(chunk: Chunk, text: Written, language: str, is_free: Callable[[int], bool]) -> bool:
    """Right behind a maker: with letters and figures, in capitals, or as a name is written."""
    has_both = any(map(str.isalpha, chunk.text)) and any(map(str.isdecimal, chunk.text))
    if has_both and chunk.text[0].isalpha():
        return True
    behind = text.at(chunk.end)
    if len(chunk.text) == 1 and chunk.text.isupper() and behind is not None and behind.text.isdecimal():
        return True
    if text.shouts or not chunk.is_capital or not is_free(chunk.start):
        return False
    return chunk.text.isupper() or not descriptions.of(language).has_capital_nouns


def _stands_for_an_instrument(chunk: Chunk, tokens: Sequence[str], beside: Collection[int], language: str) -> bool:
    """At the beginning, behind an article, or beside the kind."""
    before = (tokens[chunk.start - 1],) if chunk.start else ()
    is_at_edge = not before or not {chunk.start, chunk.end}.isdisjoint(beside)
    return is_at_edge or before in descriptions.of(language).determiner


def _end(first: Chunk, text: Written, taken: Collection[int], language: str, is_free: Callable[[int], bool]) -> int:
    """Where the designation ends: `P 45`, `Juno DS61`, `Mark VI`."""
    end = first.end
    for _ in range(MOST_WORDS - 1):
        chunk = text.at(end)
        if chunk is None or not set(taken).isdisjoint(range(chunk.start, chunk.end)):
            break
        is_more = chunk.text.isdecimal() and first.text.isupper() and len(first.text) <= MOST_WORDS
        is_letter = ROMAN.fullmatch(chunk.text) or (
            len(chunk.text) == 1 and chunk.text.isupper() and chunk.text not in ALONE
        )
        if not (is_more or is_letter or _may_be_named(chunk, text, language, is_free)):
            break
        end = chunk.end
    return end
