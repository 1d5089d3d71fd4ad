"""Questions about what somebody has reserved or rented here: `when must I bring my cello back?`

The words are in `languages/*/own.toml`. A pattern is sure by itself, or it is when it is said whose it is (`my cello`,
`the cello that I booked`); else it is a question about own rentals only for somebody who has some.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from app.speech import languages, lexicon, numbers
from app.speech.days.said import Dates
from app.speech.lexicon import DAYS, LENGTH, Phrase, Phrases
from app.speech.marks import Affair, Claim, Mark, Topic
from app.speech.recognisers import kind

NAME = "own"
GAP, DAYS_HERE = "…", "~"  # As they are written in a pattern.
WIDEST_GAP = 6
BESIDE = 2  # Words between "my" and the thing: "my two old violins".
ENDS = frozenset(".!?;")

EXAMPLES = {
    "en": [
        ("What have I booked with you?", [Affair(Topic.RENTALS)]),
        ("when do I have to bring my oboe back", [Affair(Topic.DUE)]),
        ("How much do I owe?", [Affair(Topic.OWED)]),
        ("Could I keep my flute two days longer?", [Affair(Topic.LONGER)]),
        ("may I keep the harp I rented until the 20th", [Affair(Topic.LONGER)]),
        ("may I extend it?", [Affair(Topic.LONGER, Claim.PERHAPS)]),
        ("can I cancel?", [Affair(Topic.CANCEL, Claim.PERHAPS)]),
        ("please cancel my booking", [Affair(Topic.CANCEL)]),
        ("I want to bring it back earlier", [Affair(Topic.EARLIER, Claim.PERHAPS)]),
        ("where do I collect my tuba?", [Affair(Topic.WHERE)]),
        ("Did my reservation go through?", [Affair(Topic.STATUS)]),
        ("can I pay my rental by card?", [Affair(Topic.RENTALS, Claim.MENTIONED)]),
        ("my trumpet?", [Affair(Topic.RENTALS, Claim.PERHAPS)]),
        ("who has rented the harp?", [Affair(Topic.OTHERS)]),
        ("cancel the booking of Mara", [Affair(Topic.OTHERS)]),
    ],
    "de": [
        ("Was habe ich gerade gemietet?", [Affair(Topic.RENTALS)]),
        ("Wann muss ich meine Oboe zurückbringen?", [Affair(Topic.DUE)]),
        ("Kann ich mein Cello eine Woche länger behalten?", [Affair(Topic.LONGER)]),
        ("Kann ich stornieren?", [Affair(Topic.CANCEL, Claim.PERHAPS)]),
        ("Was schulde ich euch?", [Affair(Topic.OWED)]),
    ],
    "fr": [
        ("Qu'est-ce que j'ai réservé ?", [Affair(Topic.RENTALS)]),
        ("Quand dois-je rendre mon hautbois ?", [Affair(Topic.DUE)]),
        ("Puis-je garder ma flûte une semaine de plus ?", [Affair(Topic.LONGER)]),
        ("je voudrais annuler ma réservation", [Affair(Topic.CANCEL)]),
        ("Combien je vous dois ?", [Affair(Topic.OWED)]),
    ],
    "es": [
        ("¿Qué tengo reservado?", [Affair(Topic.RENTALS)]),
        ("¿Cuándo tengo que devolver mi oboe?", [Affair(Topic.DUE)]),
        ("¿Puedo prolongar mi alquiler?", [Affair(Topic.LONGER)]),
        ("quiero anular mi reserva", [Affair(Topic.CANCEL)]),
        ("¿Cuánto os debo?", [Affair(Topic.OWED)]),
    ],
    "it": [
        ("Che cosa ho prenotato?", [Affair(Topic.RENTALS)]),
        ("Quando devo riportare il mio oboe?", [Affair(Topic.DUE)]),
        ("Posso prolungare il mio noleggio?", [Affair(Topic.LONGER)]),
        ("vorrei disdire la mia prenotazione", [Affair(Topic.CANCEL)]),
        ("Quanto vi devo?", [Affair(Topic.OWED)]),
    ],
    "ar": [
        ("ماذا حجزت؟", [Affair(Topic.RENTALS)]),
        ("متى يجب أن أعيد الكمان الذي استأجرته؟", [Affair(Topic.DUE)]),
        ("أريد إلغاء حجزي", [Affair(Topic.CANCEL)]),
        ("كم أدين لكم؟", [Affair(Topic.OWED)]),
    ],
}

COUNTEREXAMPLES = {
    "en": [
        "what did I ask for?",
        "I have a violin and want a cello",
        "can you fix my own violin?",
        "how much would I pay for a cello?",
        "my daughter wants to learn the cello",
        "what happens if I bring it back late?",
        "a piano until Friday",
    ],
    "de": [
        "Ich habe eine Geige und möchte ein Cello",
        "Was passiert, wenn ich zu spät zurückbringe?",
        "meine Tochter, 8",
    ],
    "fr": ["J'ai un violon et je veux un violoncelle", "pour mon fils de huit ans"],
    "es": ["Tengo un violín y quiero un violonchelo", "para mi hija de ocho años"],
    "it": ["Ho un violino e voglio un violoncello", "per mia figlia di otto anni"],
    "ar": ["كمان لابنتي", "أريد بيانو للمبتدئين"],
}


@dataclass(frozen=True)
class _Words:
    """Phrases of all languages; `asked` are the patterns of each claim, by their first word."""

    mine: Phrases
    not_rented: Phrases
    thing: Phrases
    another: Phrases
    general: Phrases
    of: Phrases
    had: "_Patterns"
    asked: dict[Claim, "_Patterns"]


_Pattern = tuple[Phrase, ...]  # Its parts, between the gaps.
_Patterns = dict[str, list[tuple[Topic, _Pattern]]]  # By the first word.


def find(tokens: Sequence[str], phrases: Sequence[Mark], dates: Dates) -> Iterator[Mark]:
    """One mark for each thing that is asked of own rentals. `phrases` tell which instruments are named, `dates` whether
    something shall last longer.
    """
    words, said = _words(), [DAYS if token == LENGTH else token for token in tokens]
    kinds = [mark for mark in phrases if mark.name == kind.NAME]
    sure, perhaps = _asked(said, words.asked[Claim.SURE]), _asked(said, words.asked[Claim.PERHAPS])
    if dates.move and dates.move.longer > 0 and Topic.LONGER not in perhaps:
        perhaps = [*perhaps, Topic.LONGER]
    names_thing = _names_own(said, [place for place in range(len(said)) if lexicon.begins(said, place, words.thing)])
    is_theirs = names_thing or bool(_asked(said, words.had)) or _names_own(said, [mark.start for mark in kinds])
    is_general = _has(said, words.general)
    if not is_theirs and (is_general or _is_about_another(said, kinds)):
        perhaps = []
    claim = Claim.SURE if is_theirs and not is_general else Claim.PERHAPS
    topics = dict.fromkeys(sure, Claim.SURE)
    topics |= {topic: claim for topic in perhaps if topic not in topics and _is_apart(topic, perhaps)}
    if not is_theirs and _is_of_somebody(said):
        topics = {Topic.OTHERS: Claim.SURE}
    if len(topics) > 1:
        topics.pop(Topic.OTHERS, None)
    if not topics and names_thing:
        topics = {Topic.RENTALS: Claim.MENTIONED}
    if not topics and _is_nothing_else(said, kinds):
        topics = {Topic.RENTALS: Claim.PERHAPS}
    for topic, its in topics.items():
        affair = how_long(tokens, its) if topic is Topic.LONGER else Affair(topic, its)
        yield Mark(NAME, affair, 0, len(tokens))


def how_long(tokens: Sequence[str], claim: Claim = Claim.PERHAPS) -> Affair:
    """That somebody wants to keep something longer, and for how long, beside what was read as days."""
    return Affair(Topic.LONGER, claim, _length(tokens), _day_of_month(tokens))


def _asked(tokens: Sequence[str], patterns: _Patterns) -> list[Topic]:
    """What is asked, in the order of the topics."""
    found = {
        topic
        for place, token in enumerate(tokens)
        for topic, pattern in patterns.get(token, ())
        if _matches(tokens, place, pattern)
    }
    return [topic for topic in Topic if topic in found]


def _matches(tokens: Sequence[str], place: int, pattern: _Pattern) -> bool:
    """Whether the pattern begins here: its parts in their order, with a few words of the same sentence between."""
    first, *rest = pattern
    if tuple(tokens[place : place + len(first)]) != first:
        return False
    at = place + len(first)
    for part in rest:
        ahead = range(at, min(at + WIDEST_GAP, len(tokens) - len(part)) + 1)
        found = next((start for start in ahead if tuple(tokens[start : start + len(part)]) == part), None)
        if found is None or ENDS.intersection(tokens[at:found]):
            return False
        at = found + len(part)
    return True


def _is_apart(topic: Topic, asked: Sequence[Topic]) -> bool:
    """Whether it is not a part of what else is asked: to bring back earlier is no question when it is due."""
    return topic not in (Topic.DUE, Topic.WHERE, Topic.LONGER) or Topic.EARLIER not in asked


def _names_own(tokens: Sequence[str], places: Sequence[int]) -> bool:
    """Whether one of the things at these places is said to be the speaker's: `my two old violins`. In Arabic the words
    for things say so themselves, and a possessive stands behind an instrument.
    """
    words = _words()
    for place in places:
        if not tokens[place].isascii():
            return True if lexicon.begins(tokens, place, words.thing) else lexicon.begins(tokens, place + 1, words.mine)
        for start in range(place - 1, max(-1, place - BESIDE - 2), -1):
            word = (tokens[start],)
            if word in words.mine:
                return True
            if not tokens[start].isalpha() or word in words.another or word in words.not_rented:
                break
    return False


def _is_about_another(tokens: Sequence[str], kinds: Sequence[Mark]) -> bool:
    """Whether an instrument is named that is not said to be a certain one: `a cello`."""
    another = _words().another
    return any(lexicon.ends(tokens, mark.start - skipped, another) for mark in kinds for skipped in (0, 1))


def _is_of_somebody(tokens: Sequence[str]) -> bool:
    """Whether a rental is said to be somebody's, by a name: `the booking of Mara`."""
    words = _words()
    return any(
        lexicon.ends(tokens, place, words.thing)
        and lexicon.begins(tokens, place, words.of)
        and place + 1 < len(tokens)
        and (tokens[place + 1],) not in words.mine | words.another
        and tokens[place + 1] not in lexicon.everyday_words()
        for place in range(len(tokens))
    )


def _is_nothing_else(tokens: Sequence[str], kinds: Sequence[Mark]) -> bool:
    """Whether the message only names an own instrument: `and my trumpet?`"""
    spoken = [token for token in tokens if token.isalpha()]
    return len(kinds) == 1 and len(spoken) <= BESIDE + 2 and _names_own(tokens, [kinds[0].start])


def _has(tokens: Sequence[str], phrases: Phrases) -> bool:
    return any(lexicon.begins(tokens, place, phrases) for place in range(len(tokens)))


def _length(tokens: Sequence[str]) -> int | None:
    """In days: `two weeks` longer. None where days were read already, or nothing is said."""
    known = lexicon.date_words()
    for place, token in enumerate(tokens):
        unit = known.units.get((token,))
        if unit:
            before = tokens[place - 1] if place else ""
            counted = int(before) if before.isdecimal() and len(before) <= 3 else _number_before(tokens, place)
            return unit * max(1, counted)
    return None


def _number_before(tokens: Sequence[str], place: int) -> int:
    """The number in words that ends at this place; 1 where none does: `a week`, `une semaine`, `Woche`."""
    for start in range(max(0, place - 3), place):
        number, stop = numbers.at(tokens, start) or (0, 0)
        if stop == place:
            return number
    return 1


def _day_of_month(tokens: Sequence[str]) -> int | None:
    """`until the 20th`: a mere number behind a word that leads to an end."""
    leads = lexicon.date_words().sayings
    ends = leads["until"] | leads["till"]
    for place, token in enumerate(tokens):
        is_day = token.isdecimal() and token.isascii() and len(token) <= 2 and 1 <= int(token) <= 31
        if is_day and any(lexicon.ends(tokens, place - skipped, ends) for skipped in (0, 1)):
            return int(token)
    return None


@cache
def _words() -> _Words:
    phrases = {
        section: frozenset(lexicon.phrase(said) for _, said in languages.words(NAME, section))
        for section in ("mine", "not_rented", "thing", "another", "general", "of")
    }
    had = [(Topic.RENTALS, said) for _, said in languages.words(NAME, "had")]
    asked = {
        claim: [(Topic(topic), said) for _, topic, its in languages.meanings(NAME, claim) for said in its]
        for claim in (Claim.SURE, Claim.PERHAPS)
    }
    return _Words(
        **phrases, had=_by_first_word(had), asked={claim: _by_first_word(its) for claim, its in asked.items()}
    )


def _by_first_word(patterns: Sequence[tuple[Topic, str]]) -> _Patterns:
    found: _Patterns = {}
    for topic, written in patterns:
        parts = tuple(_part(part) for part in written.split(GAP))
        found.setdefault(parts[0][0], []).append((topic, parts))
    return found


def _part(written: str) -> Phrase:
    """The words of a part of a pattern, with the sign of a phrase about days where one stands."""
    return tuple(word for piece in written.split() for word in ([DAYS] if piece == DAYS_HERE else lexicon.words(piece)))
