"""From a text to marks: every recogniser over one message."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.speech import describing, features, foreign, foreign_reading, lexicon, mentions, spelling
from app.speech.almanac import Almanac
from app.speech.language import language_of
from app.speech.marks import Mark, Turn
from app.speech.recognisers import (
    age,
    body,
    clause,
    days,
    fact,
    genre,
    grown_up,
    growth,
    kind,
    level,
    money,
    number,
    own,
    pronoun,
    quality,
    quantity,
    turn,
    vocabulary_of,
)
from app.speech.shelf import Shelf
from app.speech.words import READ_CHARACTERS

MOST_WORDS, MOST_ALIKE = 12, 24
FEWEST_LETTERS = 3


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

    @property
    def stated_kinds(self) -> tuple[str, ...]:
        """The categories that its words for instruments may mean, without those that are refused."""
        stated = (mark.value for mark in self.of("kind") if not mark.is_negated)
        return tuple(dict.fromkeys(category for categories in stated for category in categories))

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
    whole = spelling.spelled_out(message[:READ_CHARACTERS])
    dates = days.read(whole, almanac)
    text = dates.rest[:READ_CHARACTERS]
    tokens = lexicon.words(text)
    language = language_of(message[:READ_CHARACTERS])
    scanned = [describing.without_its_parts(mark, tokens) for mark in mentions.scan(tokens, vocabulary_of(shelf))]
    phrases = _meant(scanned, tokens, language)
    marks = [mark for mark in phrases if mark.name != clause.NAME]
    marks += [*days.find(tokens, dates), *money.find(tokens), *age.find(tokens), *number.find(tokens)]
    marks += [*body.find(tokens), *grown_up.find(tokens), *growth.find(tokens), *level.find(tokens, phrases)]
    marks += own.find(tokens, phrases, dates)
    marks += [*quantity.find(tokens, phrases), *turn.find(tokens), *fact.find(tokens), *pronoun.find(tokens, language)]
    described = describing.find(whole, tokens, marks, language)
    in_order = tuple(sorted(describing.counted_as_one(marks, described), key=lambda mark: mark.start))
    unused = tuple(dict.fromkeys((*dates.unread, *describing.words_of(in_order))))
    alike = tuple(word for said in unused for word in features.also(said))[:MOST_ALIKE]
    free = tuple(_free_words(text, tokens, phrases))[:MOST_WORDS]
    return Said(message, tuple(tokens), in_order, tuple(dict.fromkeys((*free, *alike))), language, unused)


def _read_foreign(message: str, language: str, almanac: Almanac) -> Said:
    """What is beyond doubt, and the days where the customer's profile names this language."""
    marks = foreign_reading.marks(message, language)
    is_own = almanac.language == language
    dated = days.find((), days.read(message[:READ_CHARACTERS], almanac)) if is_own else ()
    return Said(message, (), (*marks, *dated), (), foreign=language)


def _meant(phrases: list[Mark], tokens: Sequence[str], language: str | None) -> list[Mark]:
    """Without what only looks like a name: a word that is another one in this language (`batteries`), a genre that is
    an ordinary word here, and the picture of an instrument where a word names one (`a bass 🎸`).
    """
    false = lexicon.false_friends(language) if language else frozenset()
    named = [mark for mark in phrases if mark.name == kind.NAME and tuple(tokens[mark.start : mark.end]) not in false]
    worded = [mark for mark in named if tokens[mark.start].isalpha()] or named
    begin = {mark.start for mark in worded}

    def is_meant(mark: Mark) -> bool:
        if mark.name == kind.NAME:
            return mark in worded
        return mark.name != genre.NAME or genre.is_meant(tokens, mark, begin)

    return [mark for mark in phrases if is_meant(mark)]


def _free_words(text: str, tokens: Sequence[str], phrases: Sequence[Mark]) -> Iterator[str]:
    told = (mark for mark in phrases if mark.name != quality.NAME or mark.is_negated)  # "a wooden one" is searched for.
    explained = {token for mark in told for token in tokens[mark.start : mark.end]} | lexicon.everyday_words()
    for word in lexicon.search_words(text):
        if word not in explained and len(word) >= FEWEST_LETTERS and not word.isdigit():
            yield word
