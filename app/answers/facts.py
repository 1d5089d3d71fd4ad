"""What is known of an instrument, as the words that a model may say of it.

Two kinds. What the catalogue knows in columns (its names, kind, levels, genres, that it is quiet) stands for itself.
Its description is prose: of each of its clauses those words count that describe instruments (`harmless.qualities`), and
only together, so that "a red case and a maple neck" makes no red neck. A clause that denies says nothing: out of "not
for beginners" one could take the beginners.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer

from app.answers import phrases
from app.answers.sentences import SENTENCE_END
from app.needs.facets.quiet import is_quiet
from app.rental.offer import Offer
from app.speech import harmless, languages, lexicon
from app.speech.words import exact_words, normalise, plain_words
from app.vocabulary import FAMILY_OF

STEMMERS = {"en": "english", "de": "german", "fr": "french", "es": "spanish", "it": "italian", "ar": "arabic"}
CLAUSE_END = re.compile(r"[.,;:!?()–—…،؛؟]|\s-\s")


@dataclass(frozen=True)
class Facts:
    """The stems of what is known of one instrument: `known` from columns, each of `clauses` from its description."""

    known: frozenset[str]
    clauses: tuple[frozenset[str], ...]

    def hold(self, stems: frozenset[str]) -> bool:
        """Whether these words, said in one breath, are all true of it."""
        rest = stems - self.known
        return not rest or any(rest <= clause for clause in self.clauses)


NOTHING = Facts(frozenset(), ())


@lru_cache(maxsize=512)
def of(offer: Offer, language: str) -> Facts:
    """The facts of this offer, as words of this language."""
    known = (
        word
        for word in (
            *words_of(offer.name, offer.brand or "", offer.model or ""),
            *_words_for(offer.category, language),
            *words_of(*(phrases.of(language).level(level) for level in offer.skill_levels)),
            *words_of(*(phrases.of(language).genres([genre]) for genre in offer.genres)),
            *(_quiet_words(language) if is_quiet(offer) else ()),
        )
        if len(word) > 1
    )
    describing = stems(_qualities(language), language)
    clauses = tuple(clause & describing for clause in _clauses(offer.description, language))
    return Facts(stems(known, language), tuple(clause for clause in clauses if clause))


def description(offer: Offer) -> str:
    """The description as we quote it: the sentences that describe. Money and days are told from the quote alone."""
    return " ".join(s.strip() for s in SENTENCE_END.split(offer.description) if _describes(s))


def _describes(sentence: str) -> bool:
    words = plain_words(sentence)
    return any(_qualities(language) & set(words) for language in harmless.every()) and not _tells_money_or_day(words)


def _tells_money_or_day(words: list[str]) -> bool:
    known, days = lexicon.load(), lexicon.date_words()
    tables = (known.currencies, known.coins, known.periods, known.rates, days.months, days.weekdays, days.offsets)
    return any((word,) in table for table in tables for word in words)


def stems(words: Iterable[str], language: str) -> frozenset[str]:
    """The words without their endings: `keys` and `key` are one."""
    return frozenset(stem(word, language) for word in words)


@lru_cache(maxsize=20_000)
def stem(word: str, language: str) -> str:
    return _stemmer(language)(normalise(word))


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    return snowballstemmer.stemmer(STEMMERS[language]).stemWord


def clauses(text: str, language: str) -> Iterator[list[str]]:
    """The words of each part of a text that a mark or an `and` sets apart."""
    words = harmless.of(language)
    joints = words.joint if words else frozenset()
    for part in CLAUSE_END.split(text):
        clause: list[str] = []
        for word in exact_words(part, language):
            if (word,) in joints:
                yield clause
                clause = []
            else:
                clause.append(word)
        yield clause


def _clauses(description: str, language: str) -> Iterator[frozenset[str]]:
    """What each clause of a description says, without the kinds, levels and makers that it speaks of."""
    known = lexicon.load()
    spoken_of = {phrase[0] for phrase in (*known.categories, *known.levels) if len(phrase) == 1} - _qualities(language)
    for part in CLAUSE_END.split(description):
        words = plain_words(part)
        if any((word,) in known.negations for word in words):
            continue
        for clause in clauses(part, language):
            yield stems((word for word in clause if normalise(word) not in spoken_of), language)


@cache
def _words_for(category: str, language: str) -> frozenset[str]:
    """Every word with which this language calls this kind of instrument, the general ones included."""
    called = languages.file(language, "kinds").get("kind", {})
    groups = languages.file(languages.ANY, "kinds")["group"]
    names = [name for name in called if category in groups.get(name, (name,))]
    family = languages.file(language, "kinds").get("family", {}).get(FAMILY_OF.get(category, ""), [])
    said = [phrase for name in names for phrase in called[name]]
    general = set(words_of(*said, *family)) - _qualities(language)  # A stage piano is not for the stage alone.
    return frozenset(general.union(words_of(phrases.of(language).kind(category))))


@cache
def _quiet_words(language: str) -> frozenset[str]:
    """Words for what plays through headphones, of those that describe instruments."""
    said = languages.file(language, "wishes").get("turn", {}).get("quiet", [])
    return frozenset(words_of(*said, phrases.of(language).say("reason.headphones"))) & _qualities(language)


@cache
def _qualities(language: str) -> frozenset[str]:
    words = harmless.of(language)
    return frozenset(normalise(word) for phrase in words.qualities for word in phrase) if words else frozenset()


def words_of(*texts: str) -> list[str]:
    return [word for text in texts for word in plain_words(text)]
