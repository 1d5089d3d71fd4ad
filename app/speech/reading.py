"""From a text to marks: every recogniser over one message."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.speech import ages, budget, dates, lexicon, mentions, numbers
from app.speech.almanac import Almanac
from app.speech.language import language_of
from app.speech.marks import Mark, Turn
from app.speech.mentions import READ_CHARACTERS, Mention
from app.speech.shelf import Shelf

MOST_WORDS = 12
FEWEST_LETTERS = 3
NAMES = {"category": "kind", "brand": "maker"}  # Where the lexicon still calls them otherwise.
QUANTITIES = range(2, 21)
LONGEST_NUMBER = 4


@dataclass(frozen=True)
class Said:
    """A message and the marks in it, in their order of place.

    In `tokens` a sign (`lexicon.DAYS`, `lexicon.LENGTH`) stands for each phrase about days. `words` are those that no
    recogniser explained and that are no everyday words: at most 12, to be searched for. `language` is one of the six,
    or None while it is not sure.
    """

    message: str
    tokens: tuple[str, ...]
    marks: tuple[Mark, ...]
    words: tuple[str, ...]
    language: str | None = None

    def of(self, *names: str) -> tuple[Mark, ...]:
        """The marks of these names, in their order."""
        return tuple(mark for mark in self.marks if mark.name in names)

    def has(self, turn: Turn) -> bool:
        """Whether this turn of speech was made, and not negated."""
        return any(mark.value is turn and not mark.is_negated for mark in self.of("turn"))


def read(message: str, shelf: Shelf, almanac: Almanac) -> Said:
    """What this message says, seen from the almanac's day, in a shop with this shelf. Pure, and never raises."""
    days = dates.read(message[:READ_CHARACTERS], almanac)
    text = days.rest[:READ_CHARACTERS]
    tokens = lexicon.words(text)
    found = list(mentions.scan(tokens, mentions.vocabulary_of(shelf)))
    marks = [*_mentioned(found), *_days(tokens, days), *_numbers(tokens), *_quantities(tokens, found), *_talk(tokens)]
    in_order = tuple(sorted(marks, key=lambda mark: mark.start))
    language = language_of(message[:READ_CHARACTERS])
    return Said(message, tuple(tokens), in_order, _free_words(text, tokens, found), language)


def _mentioned(found: list[Mention]) -> Iterator[Mark]:
    for mention in found:
        where = mention.start, mention.end, mention.negated, mention.background
        if mention.kind == "absent":
            yield Mark("absent", mention.value, *where)
        elif mention.kind in tuple(Turn):
            yield Mark("turn", Turn(mention.kind), *where)
        elif mention.kind != "not_really":
            yield Mark(NAMES.get(mention.kind, mention.kind), mention.value, *where)


def _days(tokens: list[str], days: dates.Dates) -> Iterator[Mark]:
    places = [place for place, token in enumerate(tokens) if token in (lexicon.DAYS, lexicon.LENGTH)]
    if places:
        yield Mark("days", days, places[0], places[-1] + 1)


def _numbers(tokens: list[str]) -> Iterator[Mark]:
    for stated, start, end in budget.stated(tokens):
        yield Mark("money", stated, start, end)
    for name, years, place in ages.stated(tokens):
        yield Mark(name, years, place, place + 1)


def _quantities(tokens: list[str], found: list[Mention]) -> Iterator[Mark]:
    """`two violins`, `three quiet pianos`: a number, one word before the instrument at most."""
    for mention in found:
        if mention.kind == "category" and not mention.negated:
            counted = _counted(tokens, mention.start)
            if counted:
                yield Mark("quantity", *counted, mention.start)


def _counted(tokens: list[str], start: int) -> tuple[int, int] | None:
    """How many of what begins at `start`, and where that is said."""
    for end in (start, start - 1):
        for place in range(max(0, end - LONGEST_NUMBER), end):
            number, after = _number(tokens, place)
            if number in QUANTITIES and after == end:
                return number, place
    return None


def _number(tokens: list[str], place: int) -> tuple[int, int]:
    token = tokens[place]
    return (int(token), place + 1) if token.isdecimal() and len(token) < 3 else numbers.at(tokens, place) or (0, place)


def _talk(tokens: list[str]) -> Iterator[Mark]:
    """Questions and what no music shop knows: found beside whatever else the same words say."""
    turns = lexicon.load().turns
    for length in (3, 2, 1):
        if tuple(tokens[:length]) in turns["asking"]:
            yield Mark("turn", Turn.ASKING, 0, length)
            break
    for place, token in enumerate(tokens):
        if token == "?":
            yield Mark("turn", Turn.ASKING, place, place + 1)
        if (token,) in turns["off_topic"]:
            yield Mark("turn", Turn.OFF_TOPIC, place, place + 1)


def _free_words(text: str, tokens: list[str], found: list[Mention]) -> tuple[str, ...]:
    explained = {token for mention in found for token in tokens[mention.start : mention.end]}
    everyday = lexicon.everyday_words()
    unknown = [
        word
        for word in lexicon.search_words(text)
        if word not in explained and word not in everyday and len(word) >= FEWEST_LETTERS and not word.isdigit()
    ]
    return tuple(unknown[:MOST_WORDS])
