"""From what a customer says to what the customer needs.

The newest statement beats older ones, silence keeps them, and what was said beats the profile.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from app.assistant import ages, budget, lexicon
from app.assistant.lexicon import Phrase
from app.assistant.need import Budget, Need

Vocabulary = Mapping[Phrase, tuple[str, Any]]
LONGEST_PHRASE = 6
CLAUSE_ENDS = {".", ";", "!", "?", ":"}
READ_CHARACTERS = 2000
MOST_FREE_WORDS = 12
CENT = Decimal("0.01")
# Lists of the lexicon that are no statements by themselves.
UNSAID = {"no_typo", "no_maker", "ordinary", "asking", "off_topic", "money", "prefers"}
ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}
# Words of place names that stand in many of them.
COMMON_IN_PLACES = {
    "street",
    "road",
    "avenue",
    "square",
    "branch",
    "store",
    "shop",
    "house",
    "north",
    "south",
    "east",
    "west",
}


@dataclass(frozen=True)
class Shelf:
    """Names that only the catalogue knows: the makers, the places and the genres of its instruments."""

    brands: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """An instrument that the last answer recommended."""

    instrument_id: int
    daily_rate: Decimal


@dataclass(frozen=True)
class Reading:
    """What a message means: the need after it, and what else it says.

    `about` is the shown instrument that it points to, `words` are those that no rule understood (to be searched for),
    `says` the kinds of what was understood (`category`, `budget`, `greeting`, …).
    """

    need: Need
    about: int | None = None
    words: tuple[str, ...] = ()
    says: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Mention:
    """Something meaningful that was said: its kind, what it means, whether a `not` stood before it, and where.

    In the background is what somebody has or plays already: "I own a violin, now I want a cello".
    """

    kind: str
    value: Any
    negated: bool
    start: int
    end: int
    words: Phrase
    background: bool = False


def understand(message: str, before: Need, shelf: Shelf, shown: tuple[Shown, ...] = ()) -> Reading:
    """What this message means after a conversation that led to the need `before` and showed `shown`."""
    tokens = lexicon.words(message[:READ_CHARACTERS])
    mentions = list(_mentions(tokens, _vocabulary(shelf)))
    said = {mention.kind for mention in mentions if not mention.negated}
    if "next_person" in said:
        before = before.without("size", "age", "skill_level", "genres", "declined", "quantity")
    need = _with_categories(before, mentions, tokens)
    need = _with_choices(need, mentions)
    need = _with_age(need, tokens, says_size="size" in said)
    need, about = _with_reference(need, mentions, said, shown)
    stated = budget.read(tokens)
    if "any_price" in said:
        need = need.without("budget", "budget_is_relative", "cheap")
    elif stated:
        need = replace(need, budget=stated, budget_is_relative=False)
    elif "cheaper" in said:
        need = _cheaper(need, shown)
    says = said | ({"budget"} if stated else set()) | ({"age"} if need.age != before.age else set())
    return Reading(need, about, _free_words(message, tokens, mentions), frozenset(says))


def kinds_in(text: str) -> list[frozenset[str]]:
    """The kinds of instruments that a text names, each as the categories that the word may mean.

    Words that are also ordinary ones ("bass", "keys", "strings") do not count.
    """
    said = _mentions(lexicon.words(text[:READ_CHARACTERS]), _instrument_words(), mend_typos=False)
    return [frozenset(mention.value) for mention in said]


def need_of_profile(preferences: Mapping[str, Any]) -> Need:
    """What the profile says, for where the conversation says nothing."""
    limit = preferences.get("max_daily_rate")
    return Need(
        categories=tuple(preferences.get("preferred_instruments") or ()),
        budget=Budget(high=Decimal(limit)) if limit else Budget(),
        skill_level=preferences.get("experience_level"),
        genres=tuple(preferences.get("favorite_genres") or ()),
        location=preferences.get("location"),
    )


def with_profile(need: Need, profile: Need) -> Need:
    """The need, completed by the profile where nothing was said and nothing was forgotten.

    A refusal silences the profile's wish. A wish that is about a child says nothing of the customer's own level.
    """

    def of_profile(name: str, told: str | None = None) -> Any:
        return getattr(Need() if (told or name) in need.silenced else profile, name)

    return replace(
        need,
        categories=need.categories or tuple(c for c in of_profile("categories") if c not in need.refused),
        budget=need.budget if need.budget != Budget() else of_profile("budget", "max_daily_rate"),
        skill_level=need.skill_level or (of_profile("skill_level") if need.age is None else None),
        genres=need.genres or of_profile("genres"),
        location=need.location or of_profile("location"),
    )


def _with_categories(need: Need, mentions: list[Mention], tokens: list[str]) -> Need:
    """What is wanted and refused, each mention in its turn; what was wanted before stays if nothing new is."""
    said = _most_specific([mention for mention in mentions if mention.kind == "category"])
    if not all(mention.negated or mention.background for mention in said):
        said = [mention for mention in said if mention.negated or not mention.background]
    wanted: list[str] = []
    refused = list(need.refused)
    for mention in said:
        gone, added = (wanted, refused) if mention.negated else (refused, wanted)
        kept_out = [] if mention.negated else _refused_beside(mention, said)
        gone[:] = [category for category in gone if category not in mention.value or category in kept_out]
        added += [category for category in mention.value if category not in (*added, *kept_out)]
    absent = next((m.value for m in mentions if m.kind == "absent" and not m.negated), None) if not wanted else None
    if absent:
        wanted = list(absent[1])
    elif not wanted:
        wanted = [c for c in need.categories if c not in refused] or _of_player(mentions, refused)
    wanted = _narrowed(wanted, mentions)
    is_new = absent is not None or any(not mention.negated for mention in said)
    changed = replace(need, categories=tuple(wanted), refused=tuple(c for c in refused if c not in wanted))
    if is_new:
        changed = replace(changed, absent=absent[0] if absent else None, quantity=_quantity(tokens, said))
        if not set(wanted) & set(need.categories):
            # What was said of another kind of instrument does not carry over to this one.
            changed = changed.without("size", "brand", "declined")
            if need.budget_is_relative:
                changed = changed.without("budget", "budget_is_relative", "cheap")
    return changed


def _refused_beside(mention: Mention, said: list[Mention]) -> list[str]:
    """`no saxophone, but some other woodwind`: the special kinds that the same message refuses."""
    return [c for other in said if other.negated and set(other.value) < set(mention.value) for c in other.value]


def _most_specific(said: list[Mention]) -> list[Mention]:
    """Without the general word where the special one is said as well: `a guitar, an electric guitar`."""

    def is_general(mention: Mention) -> bool:
        return any(
            not (other.negated or mention.negated)
            and (set(other.value) < set(mention.value) or set(mention.words) < set(other.words))
            for other in said
        )

    return [mention for mention in said if not is_general(mention)]


def _of_player(mentions: list[Mention], refused: list[str]) -> list[str]:
    """`I am a drummer`: what the player plays, if no instrument is named."""
    played = [c for mention in mentions if mention.kind == "player" and not mention.negated for c in mention.value]
    return [category for category in played if category not in refused]


def _narrowed(wanted: list[str], mentions: list[Mention]) -> list[str]:
    """`electric, please`: what is wanted, narrowed by an adjective that fits some of it."""
    for mention in mentions:
        if mention.kind == "adjective":
            fits = [category for category in wanted if (category in mention.value) != mention.negated]
            wanted = fits or wanted
    return wanted


def _quantity(tokens: list[str], said: list[Mention]) -> int:
    """`two violins`, `three quiet pianos`: a number from 2 to 20, one word before the instrument at most."""
    for mention in said:
        for place in (mention.start - 1, mention.start - 2):
            if place >= 0 and not mention.negated:
                word = tokens[place]
                number = int(word) if word.isdigit() and len(word) < 3 else lexicon.load().numbers.get(word, 0)
                if 2 <= number <= 20:
                    return number
    return 1


def _with_choices(need: Need, mentions: list[Mention]) -> Need:
    """Level, size, place, maker and genres: the last one said counts, of genres all."""
    for kind, field in (("level", "skill_level"), ("size", "size"), ("place", "location"), ("brand", "brand")):
        said = [mention.value for mention in mentions if mention.kind == kind and not mention.negated]
        if said:
            need = replace(need, **{field: said[-1]})
    refused = tuple(mention.value for mention in mentions if mention.kind == "brand" and mention.negated)
    if refused:
        kept = need.brand if need.brand not in refused else None
        need = replace(need, refused_brands=tuple(dict.fromkeys((*need.refused_brands, *refused))), brand=kept)
    said_kinds = {mention.kind for mention in mentions if not mention.negated}
    genres = tuple(dict.fromkeys(m.value for m in mentions if m.kind == "genre" and not m.negated))
    return replace(
        need,
        genres=genres or need.genres,
        quiet=need.quiet or "quiet" in said_kinds,
        cheap="best" not in said_kinds and (need.cheap or "cheap" in said_kinds),
        dear="cheap" not in said_kinds and (need.dear or "best" in said_kinds),
        refused_brands=tuple(brand for brand in need.refused_brands if brand != need.brand),
    )


def _with_age(need: Need, tokens: list[str], *, says_size: bool) -> Need:
    """A player's age leads to a size later, and beats an older size; years of playing lead to a level."""
    found = ages.read(tokens)
    if found.age is not None:
        keeps_size = says_size or need.age == found.age
        need = replace(need, age=found.age, size=need.size if keeps_size else None)
    if found.years_played is not None:
        need = replace(need, skill_level=ages.level_after(found.years_played))
    return need


def _with_reference(
    need: Need, mentions: list[Mention], said: set[str], shown: tuple[Shown, ...]
) -> tuple[Need, int | None]:
    """`the second one` points to what was shown; `something else` and `not that one` decline it."""
    if not shown:
        return need, None
    if "other" in said:
        return replace(need, declined=tuple(dict.fromkeys((*need.declined, *(s.instrument_id for s in shown))))), None
    for mention in mentions:
        if mention.kind in ORDINALS and ORDINALS[mention.kind] < len(shown):
            pointed = shown[ORDINALS[mention.kind]].instrument_id
            if mention.negated:
                return replace(need, declined=tuple(dict.fromkeys((*need.declined, pointed)))), None
            return need, pointed
    return need, None


def _cheaper(need: Need, shown: tuple[Shown, ...]) -> Need:
    """Cheaper than the cheapest that was shown; without anything shown, cheap."""
    if not shown:
        return replace(need, cheap=True)
    least = min(instrument.daily_rate for instrument in shown)
    return replace(need, budget=Budget(high=max(least - CENT, Decimal(0))), budget_is_relative=True, cheap=True)


def _free_words(message: str, tokens: list[str], mentions: list[Mention]) -> tuple[str, ...]:
    """Words to search for in the catalogue: those that no rule explained and that are not everyday ones."""
    explained = {token for mention in mentions for token in tokens[mention.start : mention.end]}
    unknown = [
        word
        for word in lexicon.search_words(message[:READ_CHARACTERS])
        if word not in explained and word not in lexicon.everyday_words() and len(word) >= 3 and not word.isdigit()
    ]
    return tuple(unknown[:MOST_FREE_WORDS])


def _mentions(tokens: list[str], vocabulary: Vocabulary, *, mend_typos: bool = True) -> Iterator[Mention]:
    """What the tokens say, longest phrases first. `not` reaches to the end of its clause or to a `but`."""
    negated, background, place = False, False, 0
    prefers = any((token,) in lexicon.load().sayings["prefers"] for token in tokens)
    while place < len(tokens):
        length, meaning = _longest(tokens, place, vocabulary)
        if meaning is None and mend_typos:
            meaning = vocabulary.get(_without_typo(tokens[place]))
        if meaning is None:
            if _ends_clause(tokens, place):
                negated = background = False
            place += 1
            continue
        kind, value = meaning
        if kind == "not":
            negated = not _speaks_of_money(tokens, place + length)
        elif kind == "than":
            negated = negated or prefers
        elif kind in ("but", "want"):
            negated, background = negated and kind == "want", False
        elif kind == "has":
            background = True
        else:
            words = tuple(tokens[place : place + length])
            yield Mention(kind, value, negated, place, place + length, words, background)
        place += length


def _speaks_of_money(tokens: list[str], place: int) -> bool:
    """Whether a `not` belongs to a price: `I don't want to pay more than 15 for a flute` refuses no flute."""
    money = lexicon.load().sayings["money"]
    ahead = range(place, min(place + 4, len(tokens)))
    return any(tuple(tokens[start : start + length]) in money for start in ahead for length in (2, 1))


def _ends_clause(tokens: list[str], place: int) -> bool:
    if tokens[place] == ",":
        return tokens[place + 1 : place + 2] not in (["or"], ["nor"], ["and"])
    return tokens[place] in CLAUSE_ENDS


def _longest(tokens: list[str], place: int, vocabulary: Vocabulary) -> tuple[int, tuple[str, Any] | None]:
    for length in range(min(LONGEST_PHRASE, len(tokens) - place), 0, -1):
        phrase = tuple(tokens[place : place + length])
        for form in (phrase, *_singulars(phrase)):
            if form in vocabulary:
                return length, vocabulary[form]
    return 1, None


def _singulars(phrase: Phrase) -> Iterator[Phrase]:
    """`guitars` -> `guitar`, `saxes` -> `sax`."""
    *first, last = phrase
    for ending in ("s", "es"):
        if len(last) > 2 + len(ending) and last.endswith(ending):
            yield (*first, last[: -len(ending)])


@cache
def _single_words() -> tuple[str, ...]:
    """The instrument words that are long enough to be recognised with a typo."""
    return tuple(phrase[0] for phrase in lexicon.load().categories if len(phrase) == 1 and len(phrase[0]) >= 5)


@cache
def _explained_words() -> frozenset[str]:
    """Words that some phrase of ours is made of: no typos, whatever they resemble."""
    return frozenset(word for phrase in _fixed_vocabulary() for word in phrase) | lexicon.stopwords()


def _without_typo(token: str) -> Phrase:
    """The instrument word that a token of five letters or more nearly spells, or ().

    One slip is forgiven, two in a long word; the first letter must be right.
    """
    if len(token) < 5 or not token.isalpha() or token in _explained_words():
        return ()
    if (token,) in lexicon.load().sayings["no_typo"]:
        return ()
    slips = 1 if len(token) < 8 else 2
    found = extractOne(token, _single_words(), scorer=OSA.distance, score_cutoff=slips)
    return (found[0],) if found and found[0][0] == token[0] else ()


def _vocabulary(shelf: Shelf) -> Vocabulary:
    return {**_makers(), **_names_of(shelf), **_fixed_vocabulary()}


@cache
def _names_of(shelf: Shelf) -> dict[Phrase, tuple[str, Any]]:
    """What the catalogue names: makers and places by their whole name and by its telling word, and genres."""
    named = {tuple(lexicon.words(genre)): ("genre", genre) for genre in shelf.genres}
    for kind, names in (("brand", shelf.brands), ("place", shelf.places)):
        telling: dict[str, list[str]] = {}
        for name in names:
            words = lexicon.words(name)
            for word in words[:1] if kind == "brand" else words:
                if len(words) > 1 and len(word) >= 4 and word not in COMMON_IN_PLACES | lexicon.stopwords():
                    telling.setdefault(word, []).append(name)
        named.update({(word,): (kind, of[0]) for word, of in telling.items() if len(of) == 1})
        named.update({tuple(lexicon.words(name)): (kind, name) for name in names if lexicon.words(name)})
    return named


@cache
def _makers() -> dict[Phrase, tuple[str, Any]]:
    """Makers that a customer may ask for although the shop has nothing of theirs; ordinary words are left out."""
    phrases = {tuple(lexicon.words(maker)): ("brand", maker) for maker in lexicon.makers()}
    return {phrase: meaning for phrase, meaning in phrases.items() if phrase not in lexicon.load().sayings["no_maker"]}


@cache
def _instrument_words() -> dict[Phrase, tuple[str, Any]]:
    known = lexicon.load()
    ordinary = known.sayings["ordinary"]
    return {phrase: ("category", means) for phrase, means in known.categories.items() if phrase not in ordinary}


@cache
def _fixed_vocabulary() -> dict[Phrase, tuple[str, Any]]:
    known = lexicon.load()
    vocabulary: dict[Phrase, tuple[str, Any]] = {}
    for kind, table in (("level", known.levels), ("genre", known.genres), ("size", known.sizes)):
        vocabulary.update({phrase: (kind, meaning) for phrase, meaning in table.items()})
    for kind, phrases in known.sayings.items():
        if kind not in UNSAID:
            vocabulary.update(dict.fromkeys(phrases, (kind, True)))
    vocabulary.update({phrase: ("absent", means) for phrase, means in known.absent.items()})
    for kind, means_table in (
        ("adjective", known.adjectives),
        ("player", known.players),
        ("category", known.categories),
    ):
        vocabulary.update({phrase: (kind, means) for phrase, means in means_table.items()})
    return vocabulary
