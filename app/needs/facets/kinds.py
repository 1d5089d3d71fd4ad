"""Which kinds of instruments are wanted and which are refused."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from app.needs import bulk
from app.needs.facet import Facet
from app.needs.facets.genres import Genres
from app.needs.facets.quiet import Quiet
from app.needs.need import Need
from app.needs.reason import Reason
from app.needs.series import usual_kinds
from app.needs.step import Step
from app.rental.offer import Offer
from app.speech import lexicon
from app.speech.marks import Absent, Mark, Turn
from app.speech.reading import Said
from app.vocabulary import FAMILIES, FAMILY_OF


@dataclass(frozen=True)
class Kinds(Facet):
    """The categories that are wanted, any of them, and those that are refused.

    `absent` is a kind of instrument that the shop does not know; `categories` are then the nearest. What was wanted
    stays until something else is; a refusal stays until the same is wanted.
    """

    NAME: ClassVar = "categories"
    MARKS: ClassVar = ("kind", "player", "adjective", "mood", "absent")
    MERELY_NAMED: ClassVar = ("kind", "player", "adjective")
    TOLD: ClassVar = ("categories", "refused")
    PROFILE: ClassVar = "categories"
    IS_OF_ONE_PART: ClassVar = True
    GIVES_WAY: ClassVar = 70
    REASONS: ClassVar = ("other_kind",)
    WISHES: ClassVar = ("absent", "kinds", "not_kinds")

    categories: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    absent: str | None = None

    def after(self, step: Step) -> Self:
        said = step.said
        wanted, refused = _wanted_and_refused(said, self.refused)
        absent: Absent | None = next(iter(step.stated("absent")), None) if not wanted else None
        resized = [] if wanted or absent else self._resized(step)
        refused += [category for category in self.categories if resized and category not in (*refused, *resized)]
        meant = wanted or resized or (list(absent.nearest) if absent else self._unnamed(step, refused))
        narrowed = step[Quiet].kin_of(_narrowed(_widened(meant, step), step))
        return replace(
            self,
            categories=tuple(dict.fromkeys(narrowed)),
            refused=tuple(category for category in refused if category not in narrowed),
            absent=(absent.name if absent else None) if names_kind(said) else self.absent,
        )

    def _resized(self, step: Step) -> list[str]:
        """`that won't fit in my car, something smaller`, `no, the big one`: what that makes of the kinds wanted.

        What has a size that was stated is wanted in another size (see Size), not of another kind.
        """
        said = step.said
        if said.has(Turn.BIG_ONE):
            return list(bulk.biggest_of(self.categories))
        if said.has(Turn.SMALL_ONE):
            return list(bulk.smallest_of(self.categories))
        is_sized = step.said.of("size", "age") or "age" in step.before.as_data() or "size" in step.before.as_data()
        return [] if is_sized or not said.has(Turn.SMALLER) else list(bulk.smaller_kin(self.categories))

    def _unnamed(self, step: Step, refused: Collection[str]) -> list[str]:
        """What is meant when no kind is named: what was wanted, is played, the maker is known for, may be so called."""
        played = [category for categories in step.stated("player") for category in categories]
        meant = [
            c
            for model in step.stated("model")[-1:]
            for c in usual_kinds(next(iter(step.stated("maker")[-1:]), None), model)
        ]
        moods = [category for categories in step.stated("mood") for category in categories]
        made = [c for maker in step.stated("maker")[-1:] for c in lexicon.known_for().get(maker, ())]
        called = [category for mark in step.said.of("adjective") if not mark.is_negated for category in _called(mark)]
        still = () if is_by_another_maker(step) else self._instead(step)
        for likely in (meant, still, played, made, moods, called):
            kept = [category for category in likely if category not in refused]
            if kept:
                return kept
        return []

    def _instead(self, step: Step) -> tuple[str, ...]:
        """What was wanted; `a tenor, rather`: or its sibling, where an adjective fits nothing of it."""
        families = {FAMILY_OF.get(category) for category in self.categories}
        adjectives = [mark.value for mark in step.said.of("adjective") if not mark.is_negated]
        siblings = [c for categories in adjectives for c in categories if FAMILY_OF.get(c) in families]
        if not siblings or set(siblings) & set(self.categories):
            return self.categories
        return (siblings[0],)

    @classmethod
    def of_profile(cls, preferences: Mapping[str, Any]) -> Self:
        return cls(tuple(preferences.get("preferred_instruments") or ()))

    def completed(self, profile: Self, need: Need) -> Self:
        """A refusal silences the profile's wish."""
        preferred = tuple(category for category in profile.categories if category not in self.refused)
        return replace(self, categories=self.categories or preferred)

    def relaxed(self, need: Need) -> Self:
        """Anything of the same families; what was refused stays refused."""
        families = sorted({FAMILY_OF[category] for category in self.categories})
        related = (category for family in families for category in FAMILIES[family])
        return replace(self, categories=tuple(category for category in related if category not in self.refused))

    def relaxation(self, offer: Offer, need: Need) -> Reason:
        return Reason("other_kind", {"category": offer.category, "absent": self.absent})

    def wish(self, need: Need) -> Iterator[Reason]:
        if self.absent:
            yield Reason("absent", {"absent": self.absent})
        elif self.categories:
            yield Reason("kinds", {"categories": self.categories})
        if self.refused:
            yield Reason("not_kinds", {"categories": self.refused})

    def told(self, need: Need) -> dict[str, Any]:
        return {"categories": list(self.categories), "refused": list(self.refused)}

    def told_of_part(self, need: Need) -> dict[str, Any]:
        return {"categories": list(self.categories)}

    def forgetting(self, names: Collection[str]) -> Self:
        kept = replace(self, categories=(), absent=None) if "categories" in names else self
        return replace(kept, refused=()) if "refused" in names else kept


def names_kind(said: Said) -> bool:
    """Whether a message says what kind of instrument is wanted."""
    return any(not mark.is_negated for mark in said.of("kind", "absent"))


def is_another_kind(step: Step) -> bool:
    """Whether the wish moves on to another kind of instrument: what was said of the one is not said of the other."""
    before, after = step.before[Kinds].categories, step[Kinds].categories
    moves_on = names_kind(step.said) or bool(step.stated("model")) or is_by_another_maker(step)
    return moves_on and bool(before) and not set(before) & set(after)


def is_by_another_maker(step: Step) -> bool:
    """Whether a maker is wanted that makes nothing of the kinds wanted: a Casio, after violins, is no violin."""
    makers = step.stated("maker")
    if not makers or names_kind(step.said):
        return False
    makes = {category for brand, category in step.shelf.makes if brand == makers[-1]}
    made = makes or set(lexicon.known_for().get(makers[-1], ()))
    return bool(made) and not made.intersection(step.before[Kinds].categories)


def _wanted_and_refused(said: Said, refused_before: Sequence[str]) -> tuple[list[str], list[str]]:
    """What is wanted and what is refused, each mention in its turn."""
    mentioned = in_question(said)
    wanted: list[str] = []
    refused = list(refused_before)
    for mark in mentioned:
        gone, added = (wanted, refused) if mark.is_negated else (refused, wanted)
        kept_out = [] if mark.is_negated else _refused_beside(mark, mentioned)
        gone[:] = [category for category in gone if category not in mark.value or category in kept_out]
        added += [category for category in mark.value if category not in (*added, *kept_out)]
    return wanted, refused


def in_question(said: Said) -> list[Mark]:
    """The kinds that a message speaks of. What somebody plays already counts if nothing else is named."""
    mentioned = _corrected([*_most_specific(said), *_coordinated(said)], said)
    if all(mark.is_negated or mark.is_background for mark in mentioned):
        return mentioned
    return [mark for mark in mentioned if mark.is_negated or not mark.is_background]


def _called(adjective: Mark) -> tuple[str, ...]:
    """What an adjective alone means: a single word ("an electric") the most usual one of what it may describe."""
    categories: tuple[str, ...] = adjective.value
    return categories[:1] if adjective.end - adjective.start == 1 else categories


def _coordinated(said: Said) -> list[Mark]:
    """`alto or tenor sax`, `an acoustic or electric guitar`: what an adjective means beside the kind that follows."""
    either = lexicon.part_words().joints["or"]
    found = []
    for adjective in said.of("adjective"):
        kind = next((mark for mark in said.of("kind") if 0 <= mark.start - adjective.end - 1 <= 1), None)
        if kind and lexicon.begins(said.tokens, adjective.end, either) and not adjective.is_negated:
            family = {FAMILY_OF.get(category) for category in kind.value}
            meant = tuple(category for category in adjective.value if FAMILY_OF.get(category) in family)
            found += [replace(adjective, name="kind", value=meant)] if meant else []
    return found


def _corrected(mentioned: list[Mark], said: Said) -> list[Mark]:
    """`a violin - sorry, I meant a viola`: without what was wanted before the correction."""
    corrections = [mark.start for mark in said.of("turn") if mark.value is Turn.CORRECTION]
    after = [mark for mark in mentioned if corrections and mark.start > corrections[-1]]
    if all(mark.is_negated for mark in after):
        return mentioned
    return [mark for mark in mentioned if mark.is_negated or mark in after]


def _most_specific(said: Said) -> list[Mark]:
    """Without the general word where the special one is said as well: `a guitar, an electric guitar`."""

    def meaning(mark: Mark) -> tuple[frozenset[str], frozenset[str]]:
        return frozenset(mark.value), frozenset(said.tokens[mark.start : mark.end])

    wanted = {meaning(mark) for mark in said.of("kind") if not mark.is_negated}
    special = {
        (categories, words)
        for categories, words in wanted
        if not any(
            others < categories or (words < other_words and _is_sound(others) == _is_sound(categories))
            for others, other_words in wanted
        )
    }
    return [mark for mark in said.of("kind") if mark.is_negated or meaning(mark) in special]


def _is_sound(categories: Collection[str]) -> bool:
    """A bass and its amplifier share a word and are two things."""
    return set(categories) <= set(FAMILIES["sound"])


def _refused_beside(mark: Mark, mentioned: list[Mark]) -> list[str]:
    """`no saxophone, but some other woodwind`: the special kinds that the same message refuses."""
    return [c for other in mentioned if other.is_negated and set(other.value) < set(mark.value) for c in other.value]


def _widened(wanted: list[str], step: Step) -> list[str]:
    """`a bass for jazz` may be an upright one, `an alto … a horn` a saxophone: bare words beside the rest."""
    said, music = step.said, step[Genres].genres
    for mark in said.of("kind"):
        kind = lexicon.load().bare.get(said.tokens[mark.start : mark.end])
        if mark.is_negated or kind is None or kind not in wanted:
            continue
        others = lexicon.of_music("widened")[kind]
        told = [c for adjective in said.of("adjective") for c in adjective.value if c in others]
        if told:
            wanted = [c for c in dict.fromkeys((*wanted, *told)) if c != kind]
        elif set(music) & set(lexicon.of_music("widening_music").get(kind, ())):
            wanted = [*wanted, *others]
    return wanted


def _narrowed(wanted: list[str], step: Step) -> list[str]:
    """`electric, please`: what is wanted, narrowed by each adjective, mood and music that fits some of it."""
    named = {mark.start for mark in _coordinated(step.said)}
    for mark in (mark for mark in step.said.of("adjective", "mood") if mark.start not in named):
        fits = [category for category in wanted if (category in mark.value) != mark.is_negated]
        wanted = fits or wanted
    for music in step[Genres].genres:
        played_on = lexicon.of_music("played_on").get(music, ())
        wanted = [category for category in wanted if category in played_on] or wanted
    return wanted
