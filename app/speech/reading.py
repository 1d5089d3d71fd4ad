"""From a text to marks: every recogniser over one message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from app.speech import features, foreign, foreign_reading, languages, lexicon, mentions, unread
from app.speech.almanac import Almanac
from app.speech.language import language_of
from app.speech.marks import Mark, Turn
from app.speech.recognisers import (
    age,
    body,
    clause,
    days,
    grown_up,
    growth,
    kind,
    level,
    maker,
    model,
    money,
    number,
    quantity,
    turn,
    vocabulary_of,
)
from app.speech.shelf import Shelf
from app.speech.words import READ_CHARACTERS
from app.speech.written import written

MOST_WORDS, MOST_ALIKE = 12, 24
FEWEST_LETTERS = 3
FALLBACK = "en"
LONGEST = 40  # Letters of what is repeated to the customer.
UNUSED = (model.NAME, *unread.NAMES)  # Marks of what only the catalogue may be able to use.


@dataclass(frozen=True)
class Said:
    """A message and the marks in it, in their order of place.

    In `tokens` a sign (`lexicon.DAYS`, `lexicon.LENGTH`) stands for each phrase about days. `words` are to be searched
    for: those that no recogniser explained and that are no everyday words, at most 12, and at most 24 that mean the
    same as some of them in any language. `unread` are those that describe what is wanted and that nothing here can use,
    as they were written. `language` is one of the six, or None while it is not sure; `foreign` is the tag of another
    one, of which little is read.
    """

    message: str
    tokens: tuple[str, ...]
    marks: tuple[Mark, ...]
    words: tuple[str, ...]
    language: str | None = None
    unread: tuple[str, ...] = ()
    foreign: str | None = None

    def of(self, *names: str) -> tuple[Mark, ...]:
        """The marks of these names, in their order."""
        return tuple(mark for mark in self.marks if mark.name in names)

    def has(self, turn: Turn) -> bool:
        """Whether this turn of speech was made, and not negated."""
        return any(mark.value is turn and not mark.is_negated for mark in self.of("turn"))


def read(message: str, shelf: Shelf, almanac: Almanac) -> Said:
    """What this message says, seen from the almanac's day, in a shop with this shelf. Pure, and never raises.

    Days are read first and taken out, so that their numbers are no prices, sizes or ages.
    """
    stranger = foreign.language_of(message)
    if stranger is not None:
        return _read_foreign(message, stranger, almanac)
    dates = days.read(message[:READ_CHARACTERS], almanac)
    text = dates.rest[:READ_CHARACTERS]
    tokens = lexicon.words(text)
    phrases = [_without_its_parts(mark, tokens) for mark in mentions.scan(tokens, vocabulary_of(shelf))]
    marks = [mark for mark in phrases if mark.name != clause.NAME]
    marks += [*days.find(tokens, dates), *money.find(tokens), *age.find(tokens), *number.find(tokens)]
    marks += [*quantity.find(tokens, phrases), *turn.find(tokens)]
    marks += [*body.find(tokens), *grown_up.find(tokens), *growth.find(tokens)]
    marks += level.find(tokens, phrases)
    language = language_of(message[:READ_CHARACTERS])
    described = _described(text, tokens, marks, language)
    parts = {place for mark in described for place in range(mark.start, mark.end)}
    marks = [mark for mark in marks if mark.name != quantity.NAME or mark.start not in parts]
    marks += described
    in_order = tuple(sorted(marks, key=lambda mark: mark.start))
    unused = tuple(dict.fromkeys(_with_maker(mark, in_order)[:LONGEST] for mark in in_order if mark.name in UNUSED))
    alike = tuple(word for said in unused for word in features.also(said))[:MOST_ALIKE]
    words = tuple(dict.fromkeys((*tuple(_free_words(text, tokens, phrases))[:MOST_WORDS], *alike)))
    return Said(message, tuple(tokens), in_order, words, language, unused)


def _described(text: str, tokens: Sequence[str], marks: Sequence[Mark], language: str | None) -> list[Mark]:
    """Models, and what describes the instrument beside all that was recognised."""
    whole = cache(partial(written, text, tokens))
    spoken = language or _language_of_kinds(tokens, marks)
    models = list(model.find(tokens, marks, spoken, whole))
    return [*models, *unread.find(tokens, (*marks, *models), spoken, whole)]


def _with_maker(mark: Mark, marks: Sequence[Mark]) -> str:
    """`Gibson SG`: a designation alone says little."""
    makers = (each.value for each in marks if each.name == maker.NAME and each.end == mark.start)
    return f"{next(makers, '')} {mark.value}".strip() if mark.name == model.NAME else mark.value


def _without_its_parts(mark: Mark, tokens: Sequence[str]) -> Mark:
    """`five string bass`: no string bass, but a bass with five strings."""
    behind = tuple(tokens[mark.start + 1 : mark.end])
    is_counted = mark.start > 0 and tokens[mark.start] in features.parts() and number.at(tokens, mark.start - 1)
    kinds = lexicon.load().categories
    if mark.name != kind.NAME or not is_counted or behind not in kinds:
        return mark
    return replace(mark, value=kinds[behind], start=mark.start + 1)


def _language_of_kinds(tokens: Sequence[str], marks: Sequence[Mark]) -> str:
    """The language that calls the instruments so; English where several do, or none is named."""
    named = {tuple(tokens[mark.start : mark.end]) for mark in marks if mark.name == kind.NAME}
    calls = [its for its in map(lexicon.languages_of_kind, named) if languages.ANY not in its]
    calling = set(languages.known()).intersection(*calls) if calls else set()
    return FALLBACK if not calling or FALLBACK in calling else min(calling)


def _read_foreign(message: str, language: str, almanac: Almanac) -> Said:
    """What is beyond doubt, and the days where the customer's profile names this language."""
    marks = foreign_reading.marks(message, language)
    is_own = almanac.language == language
    dated = days.find((), days.read(message[:READ_CHARACTERS], almanac)) if is_own else ()
    return Said(message, (), (*marks, *dated), (), foreign=language)


def _free_words(text: str, tokens: Sequence[str], phrases: Sequence[Mark]) -> Iterator[str]:
    explained = {token for mark in phrases for token in tokens[mark.start : mark.end]} | lexicon.everyday_words()
    for word in lexicon.search_words(text):
        if word not in explained and len(word) >= FEWEST_LETTERS and not word.isdigit():
            yield word
