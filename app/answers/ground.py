"""Lets a model's sentence through if it says only what is known to hold.

Closed world: not what is forbidden is listed but what may be said. A sentence may greet, take up a wish or describe an
instrument that is shown, or ask; it may do that in the words of the instrument's own facts (`facts.py`) and in everyday
words (`speech/harmless.py`). Numbers, money, days and names of days are ours, whatever they say; have and have not, may
and may not, yes, no and sorry are in none of the lists. See docs/decisions/0003-sentences.md.
"""

import re
from collections.abc import Iterator

from app.answers import facts
from app.answers.sentences import Sentences, is_finished
from app.rental.offer import Offer
from app.speech import harmless, mentions
from app.speech.figures import states_a_number_or_day
from app.speech.harmless import Harmless
from app.speech.words import Phrase, exact_words

NAME_MARK = 0xE000  # The private use area: what customers and models write there is removed on the way in.
NAMES = re.compile(f"[{chr(NAME_MARK)}-{chr(NAME_MARK + 999)}]")
DECORATION = re.compile(r"^\s*(?:[-*•#>]+\s+|\d{1,2}[.)]\s+)+|\*+|_{2,}|`+|[\"“”„«»]+")
# Letters with their marks, spaces, and what punctuates prose: nothing of mark-up, addresses or code, and no colon, with
# which a model writes lists or repeats the headings that it was shown.
PROSE = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652\u0640]|[\s.,;!?'\"()…¡¿«»“”„‘’‑–—،؛؟-])*")
QUESTION = re.compile(r"[?؟]")
MOST_WORDS = 45
FEWEST_BESIDE_A_NAME = 2
FEWEST_WORDS = 5  # Of a beginning that may stand for its sentence.


class Grounding:
    """Feed it the model's text as it comes; it gives back the whole sentences that hold.

    `named` are the ids of the offers that the kept sentences name; `kept` and `dropped` count the sentences.
    """

    def __init__(self, offers: tuple[Offer, ...], language: str, question: str = ""):
        self.named: list[int] = []
        self.kept = 0
        self.dropped = 0
        self._offers = offers
        self._language = language
        self._words = harmless.of(language)
        self._names = [_name_pattern(offer) for offer in offers]
        self._question = set(exact_words(question, language))
        self._sentences = Sentences()
        self._said: set[tuple[str, ...]] = set()
        self._last: Offer | None = None
        self._has_asked = False

    def feed(self, text: str) -> Iterator[str]:
        """The sentences that became whole with this text, and hold."""
        for sentence in self._sentences.feed(text):
            yield from self._judged(sentence)

    def finish(self) -> Iterator[str]:
        """The rest. A sentence that was broken off goes."""
        rest = self._sentences.rest()
        if not rest.strip():
            return
        if is_finished(rest):
            yield from self._judged(rest)
        else:
            self.dropped += 1

    def _judged(self, sentence: str) -> Iterator[str]:
        """The sentence, or its beginning up to a comma if that holds and says something of an instrument."""
        for part in _beginnings(DECORATION.sub("", sentence)):
            masked, named = self._mask(part)
            said = tuple(exact_words(masked, self._language))
            if self._holds(masked, said, named):
                self._note(part, said, named)
                yield part
                return
        self.dropped += bool(sentence.strip())

    def _note(self, sentence: str, said: tuple[str, ...], named: tuple[Offer, ...]) -> None:
        self.kept += 1
        self._said.add((*said, *(offer.name for offer in named)))
        self._has_asked = self._has_asked or bool(QUESTION.search(sentence))
        self._last = named[-1] if named else self._last
        self.named += [offer.instrument_id for offer in named if offer.instrument_id not in self.named]

    def _mask(self, sentence: str) -> tuple[str, tuple[Offer, ...]]:
        """The sentence with one mark for each offer's name, and these offers."""
        for number, name in enumerate(self._names):
            sentence = name.sub(chr(NAME_MARK + number), sentence)
        return sentence, tuple(self._offers[ord(mark) - NAME_MARK] for mark in dict.fromkeys(NAMES.findall(sentence)))

    def _holds(self, masked: str, said: tuple[str, ...], named: tuple[Offer, ...]) -> bool:
        words = self._words
        prose = NAMES.sub("", masked)
        if words is None or not (said or named) or not PROSE.fullmatch(prose) or states_a_number_or_day(prose):
            return False
        if len(said) > MOST_WORDS or _is_repetitive(said) or (*said, *(offer.name for offer in named)) in self._said:
            return False
        is_question = bool(QUESTION.search(masked))
        if is_question and (self._has_asked or self._is_echo(said, named) or not self._uses(words.ask, said)):
            return False
        about = named or ((self._last,) if self._last else self._offers)
        return self._does_something(words, said, named, is_question) and self._is_true(words, prose, about, is_question)

    def _does_something(
        self, words: Harmless, said: tuple[str, ...], named: tuple[Offer, ...], is_question: bool
    ) -> bool:
        """Whether it greets, asks or says something of an instrument: names or function words alone say nothing."""
        if named or is_question:
            return len(said) >= FEWEST_BESIDE_A_NAME
        return bool(harmless.uncovered(said, words.function | words.joint, self._language))

    def _uses(self, phrases: frozenset[Phrase], said: tuple[str, ...]) -> bool:
        return len(harmless.uncovered(said, phrases, self._language)) < len(said)

    def _is_true(self, words: Harmless, prose: str, about: tuple[Offer, ...], is_question: bool) -> bool:
        """Whether all that is said holds of each of these offers, each clause in one breath; of none, the harmless."""
        may_be_said = words.function | words.greeting | words.recommend | words.describe
        if is_question:
            may_be_said |= words.ask
        claims = [
            facts.stems(harmless.uncovered(clause, may_be_said, self._language), self._language)
            for clause in facts.clauses(prose, self._language)
        ]
        kinds = mentions.kinds_in(prose) if about else []
        known = [facts.of(offer, self._language) for offer in about] or [facts.NOTHING]
        return all(offer.category in kind for offer in about for kind in kinds) and all(
            of_one.hold(claim) for of_one in known for claim in claims
        )

    def _is_echo(self, said: tuple[str, ...], named: tuple[Offer, ...]) -> bool:
        return not named and self._question.issuperset(said)


def _beginnings(sentence: str) -> Iterator[str]:
    """The whole sentence, then what is left of a statement when its last parts are cut off at a comma."""
    yield sentence
    place = len(sentence) if not QUESTION.search(sentence) else 0
    while (place := max(sentence.rfind(", ", 0, place), sentence.rfind("، ", 0, place))) > 0:
        beginning = sentence[:place]
        if len(beginning.split()) >= FEWEST_WORDS:
            yield f"{beginning}. "


def _name_pattern(offer: Offer) -> re.Pattern[str]:
    """The ways in which a text may name this instrument, longest first; spaces and hyphens are alike."""
    forms = {offer.name, f"{offer.brand} {offer.model}"}
    if any(letter.isdigit() for letter in offer.model) and len(offer.model) >= 3:
        forms.add(offer.model)
    parts = [r"[\s\-‑–]*".join(map(re.escape, re.findall(r"[^\W_]+|[^\w\s-]", form))) for form in forms if form.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts, key=len, reverse=True))})(?!\w)", re.IGNORECASE)


def _is_repetitive(said: tuple[str, ...]) -> bool:
    """`la la la`, `best and best and best and`: a word or a pair of words three times in a row."""
    return any(
        said[place : place + size] == said[place + size : place + 2 * size] == said[place + 2 * size : place + 3 * size]
        for size in (1, 2, 3)
        for place in range(len(said) - 3 * size + 1)
    )
