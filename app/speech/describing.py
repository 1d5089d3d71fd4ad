"""What describes an instrument beside all that has a recogniser of its own: models, places, and what is `unread`."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, partial

from app.speech import features, languages, lexicon, unread
from app.speech.marks import Mark
from app.speech.recognisers import kind, maker, model, number, quantity
from app.speech.written import written

FALLBACK = "en"
LONGEST = 40  # Letters of what is repeated to the customer.
UNUSED = (model.NAME, *unread.NAMES)  # Marks of what only the catalogue may be able to use.


def find(message: str, tokens: Sequence[str], marks: Sequence[Mark], language: str | None) -> list[Mark]:
    """Models, and what describes the instrument beside all that was recognised. Of the message's days the tokens have
    but a sign.
    """
    whole = cache(partial(written, message, tokens))
    spoken = language or _language_of_kinds(tokens, marks)
    models = list(model.find(tokens, marks, spoken, whole))
    return [*models, *unread.find(tokens, (*marks, *models), spoken, whole)]


def _with_maker(mark: Mark, marks: Sequence[Mark]) -> str:
    """`Gibson SG`: a designation alone says little."""
    makers = (each.value for each in marks if each.name == maker.NAME and each.end == mark.start)
    return f"{next(makers, '')} {mark.value}".strip() if mark.name == model.NAME else mark.value


def without_its_parts(mark: Mark, tokens: Sequence[str]) -> Mark:
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


def counted_as_one(marks: Iterable[Mark], described: Sequence[Mark]) -> list[Mark]:
    """All these marks; a five-string bass is one bass."""
    parts = {place for mark in described for place in range(mark.start, mark.end)}
    return [*(mark for mark in marks if mark.name != quantity.NAME or mark.start not in parts), *described]


def words_of(marks: Sequence[Mark]) -> list[str]:
    """What is unread among these marks, as it was written."""
    return [_with_maker(mark, marks)[:LONGEST] for mark in marks if mark.name in UNUSED]
