"""From what a customer says to what the customer needs.

The newest statement beats older ones, silence keeps them, and what was said beats the profile.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.needs.need import Budget, Need
from app.speech import ages, budget, dates, lexicon, mentions
from app.speech.almanac import Almanac
from app.speech.dates import Dates
from app.speech.mentions import Mention
from app.speech.shelf import Shelf

MOST_FREE_WORDS = 12
MOST_DECLINED = 100
CENT = Decimal("0.01")
ORDINALS = {"first": 0, "second": 1, "third": 2, "last": -1}


@dataclass(frozen=True)
class Shown:
    """An instrument that the last answer recommended."""

    instrument_id: int
    daily_rate: Decimal


@dataclass(frozen=True)
class Reading:
    """What a message means: the need after it, and what else it says.

    `about` is the shown instrument that it points to, `words` are those that no rule understood (to be searched for),
    `says` the kinds of what was understood (`category`, `budget`, `greeting`, …), `tokens` the message as it was read.
    """

    need: Need
    about: int | None = None
    words: tuple[str, ...] = ()
    says: frozenset[str] = frozenset()
    tokens: tuple[str, ...] = ()


def understand(message: str, before: Need, shelf: Shelf, almanac: Almanac, shown: tuple[Shown, ...] = ()) -> Reading:
    """What this message means after a conversation that led to the need `before` and showed `shown`."""
    said_days = dates.read(message[: mentions.READ_CHARACTERS], almanac)
    before = _with_days(before, said_days, almanac)
    message = said_days.rest
    tokens = lexicon.words(message[: mentions.READ_CHARACTERS])
    found = list(mentions.scan(tokens, mentions.vocabulary_of(shelf)))
    said = {mention.kind for mention in found if not mention.negated}
    if "next_person" in said:
        before = before.without("size", "age", "skill_level", "genres", "declined", "quantity")
    need = _with_categories(before, found, tokens)
    need = _with_choices(need, found)
    need = _with_age(need, tokens, says_size="size" in said)
    need, about = _with_reference(need, found, said, shown)
    stated = budget.read(tokens)
    if "any_place" in said:
        need = need.forgetting(("location",))
    if "any_price" in said:
        need = need.forgetting(("min_daily_rate", "max_daily_rate"))
    elif stated:
        need = replace(need, budget=stated, budget_is_relative=False)
    elif "cheaper" in said:
        need = _cheaper(need, shown)
    says = said | ({"budget"} if stated else set()) | ({"age"} if need.age != before.age else set())
    says |= ({"days"} if {lexicon.LENGTH, lexicon.DAYS} & set(tokens) else set()) | (
        {"past_days"} if said_days.is_past else set()
    )
    return Reading(need, about, _free_words(message, tokens, found), frozenset(says), tuple(tokens))


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


def _with_days(need: Need, said: Dates, almanac: Almanac) -> Need:
    """When, and for how long: a new first day keeps the number of days, a new number or last day the first one."""
    if need.start and need.start < almanac.today:
        need = need.without("start", "days")
    start, days = said.start or need.start, said.days or need.days
    if said.end:
        start = start or almanac.today
        days = (said.end - start).days + 1 if said.end >= start else None
    return replace(need, start=start, days=days)


def _with_categories(need: Need, found: list[Mention], tokens: list[str]) -> Need:
    """What is wanted and refused, each mention in its turn; what was wanted before stays if nothing new is."""
    said = _most_specific([mention for mention in found if mention.kind == "category"])
    if not all(mention.negated or mention.background for mention in said):
        said = [mention for mention in said if mention.negated or not mention.background]
    wanted: list[str] = []
    refused = list(need.refused)
    for mention in said:
        gone, added = (wanted, refused) if mention.negated else (refused, wanted)
        kept_out = [] if mention.negated else _refused_beside(mention, said)
        gone[:] = [category for category in gone if category not in mention.value or category in kept_out]
        added += [category for category in mention.value if category not in (*added, *kept_out)]
    absent = next((m.value for m in found if m.kind == "absent" and not m.negated), None) if not wanted else None
    if absent:
        wanted = list(absent[1])
    elif not wanted:
        wanted = [c for c in need.categories if c not in refused] or _of_player(found, refused)
    wanted = _narrowed(wanted, found)
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


def _of_player(found: list[Mention], refused: list[str]) -> list[str]:
    """`I am a drummer`: what the player plays, if no instrument is named."""
    played = [c for mention in found if mention.kind == "player" and not mention.negated for c in mention.value]
    return [category for category in played if category not in refused]


def _narrowed(wanted: list[str], found: list[Mention]) -> list[str]:
    """`electric, please`: what is wanted, narrowed by an adjective that fits some of it."""
    for mention in found:
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
                number = int(word) if word.isdecimal() and len(word) < 3 else lexicon.load().numbers.get(word, 0)
                if 2 <= number <= 20:
                    return number
    return 1


def _with_choices(need: Need, found: list[Mention]) -> Need:
    """Level, size, place, maker and genres: the last one said counts, of genres all."""
    for kind, field in (("level", "skill_level"), ("size", "size"), ("place", "location"), ("brand", "brand")):
        said = [mention.value for mention in found if mention.kind == kind and not mention.negated]
        if said:
            need = replace(need, **{field: said[-1]})
    refused = tuple(mention.value for mention in found if mention.kind == "brand" and mention.negated)
    if refused:
        kept = need.brand if need.brand not in refused else None
        need = replace(need, refused_brands=tuple(dict.fromkeys((*need.refused_brands, *refused))), brand=kept)
    if need.brand and not need.categories:
        meant = lexicon.known_for().get(need.brand, ())
        need = replace(need, categories=tuple(category for category in meant if category not in need.refused))
    said_kinds = {mention.kind for mention in found if not mention.negated}
    genres = tuple(dict.fromkeys(m.value for m in found if m.kind == "genre" and not m.negated))
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
    need: Need, found: list[Mention], said: set[str], shown: tuple[Shown, ...]
) -> tuple[Need, int | None]:
    """`the second one` points to what was shown; `something else` and `not that one` decline it."""
    if not shown:
        return need, None
    if "other" in said:
        return _declining(need, *(instrument.instrument_id for instrument in shown)), None
    for mention in found:
        if mention.kind in ORDINALS and ORDINALS[mention.kind] < len(shown):
            pointed = shown[ORDINALS[mention.kind]].instrument_id
            if mention.negated:
                return _declining(need, pointed), None
            return need, pointed
    return need, None


def _declining(need: Need, *ids: int) -> Need:
    """Without these, and without the ones declined before; the oldest of very many come into question again."""
    return replace(need, declined=tuple(dict.fromkeys((*need.declined, *ids)))[-MOST_DECLINED:])


def _cheaper(need: Need, shown: tuple[Shown, ...]) -> Need:
    """Cheaper than the cheapest that was shown; without anything shown, cheap."""
    if not shown:
        return replace(need, cheap=True)
    least = min(instrument.daily_rate for instrument in shown)
    return replace(need, budget=Budget(high=max(least - CENT, Decimal(0))), budget_is_relative=True, cheap=True)


def _free_words(message: str, tokens: list[str], found: list[Mention]) -> tuple[str, ...]:
    """Words to search for in the catalogue: those that no rule explained and that are not everyday ones."""
    explained = {token for mention in found for token in tokens[mention.start : mention.end]}
    unknown = [
        word
        for word in lexicon.search_words(message[: mentions.READ_CHARACTERS])
        if word not in explained and word not in lexicon.everyday_words() and len(word) >= 3 and not word.isdigit()
    ]
    return tuple(unknown[:MOST_FREE_WORDS])
