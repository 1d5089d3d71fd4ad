"""What an answer may rest on: instruments as the catalogue knew them, and the shop's own words."""

from dataclasses import dataclass
from typing import Any

from app.answers.own import OwnAffairs
from app.answers.passages import Passage
from app.needs.facet import Facet
from app.needs.facets.genres import Genres
from app.needs.facets.kinds import Kinds
from app.needs.facets.maker import Maker
from app.needs.facets.quiet import Quiet
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.reason import Reason
from app.rental.offer import Offer
from app.rental.pricing import Per

# Kinds of messages to which our own words answer alone.
WITHOUT_MODEL = (Kind.OFF_TOPIC, Kind.FOREIGN, Kind.COMPARE, Kind.UNANSWERED, Kind.OWN)


@dataclass(frozen=True)
class Choice:
    """An offer that the ranking recommends, why, and which limit had to give way for it.

    `quantity` is how many of it are wanted; `part` which of several things that are wanted it serves, from 0 on.
    """

    offer: Offer
    reasons: tuple[Reason, ...] = ()
    relaxed: type[Facet] | None = None
    quantity: int = 1
    part: int | None = None


@dataclass(frozen=True)
class Evidence:
    """What an answer is made of.

    `kind` says what was asked: a `wish`, `about` one instrument (the `subject`), a comparison (`compare`) of those that
    are `compared`, a `question` that a `passage` answers or one that is `unanswered` because none does, the customer's
    `own` affairs, a `greeting`, `thanks`, something `off_topic`, something in a `foreign` language that is not read, or
    something `unclear`. `relaxed` names the limit that had to give way, None when all were kept; `is_meant` says that
    likeness of meaning led to the choices, `is_named` that a name did. `notices` are what the customer must hear first:
    that the days asked for are over, for example. `parts` are those of a wish for several different things, each with
    its own choices; `choices` are then those of all, the first of each part in front. `tells_sum`: what several pieces
    cost together was asked for. `actions` are requests (`name`, `method`, `path`, `body`) that do what the customer
    asks about the `own` affairs. `asked` are the facts that are asked of the subject or of what is compared (see
    needs/asking.py), in these `asked_words`, and `limits_asked` the limits that such a question names ("in York as
    well?"); `is_taken`: the customer wants to have the subject.
    """

    need: Need
    choices: tuple[Choice, ...] = ()
    relaxed: type[Facet] | None = None
    subject: Offer | None = None
    passage: Passage | None = None
    kind: Kind = Kind.WISH
    is_meant: bool = False
    is_named: bool = False
    notices: tuple[Reason, ...] = ()
    compared: tuple[Offer, ...] = ()
    parts: tuple["Evidence", ...] = ()
    tells_sum: bool = False
    actions: tuple[dict[str, Any], ...] = ()
    own: OwnAffairs | None = None
    asked: tuple[str, ...] = ()
    asked_words: tuple[str, ...] = ()
    limits_asked: Need | None = None
    is_taken: bool = False

    @property
    def asks(self) -> bool:
        """Whether so little is known that a question is due."""
        return self.kind in (Kind.GREETING, Kind.UNCLEAR) and self.need.is_empty

    @property
    def lacks_kind(self) -> bool:
        """Whether something is recommended although nothing was said of what it should be: for whom, where, when."""
        choosing: tuple[type[Facet], ...] = (Kinds, Genres, Maker, Quiet)
        is_open = self.kind is Kind.WISH and all(self.need[facet].is_empty for facet in choosing)
        return is_open and bool(self.choices) and not self.is_meant and not self.is_named

    @property
    def has_room_for_model(self) -> bool:
        """Whether a model has something to word: it greets, takes up a wish, describes what is shown, and asks.

        What the house book answers it answers in its own words; of what was not read nobody speaks, and of own rentals
        no model is told.
        """
        is_ours = self.kind in WITHOUT_MODEL or bool(self.asked) or self.is_taken
        return not is_ours and (self.passage is None or bool(self.choices))

    @property
    def candidates(self) -> tuple[Offer, ...]:
        """All offers that an answer may speak of."""
        chosen = tuple(choice.offer for choice in self.choices)
        return chosen if self.subject is None or self.subject in chosen else (self.subject, *chosen)

    def as_data(self) -> dict[str, Any]:
        """Plain data to keep with the answer, so that it can be replayed."""
        return {
            "kind": self.kind,
            "own": list(self.own.topics) if self.own else None,
            "need": self.need.as_data(),
            "relaxed": self.relaxed.NAME if self.relaxed else None,
            "passage": self.passage.title if self.passage else None,
            "shown": [
                {
                    "instrument_id": choice.offer.instrument_id,
                    "rates": [str(choice.offer.price(per)) for per in (Per.DAY, Per.WEEK, Per.MONTH)],
                    "total": None if choice.offer.total is None else str(choice.offer.total),
                    "start": None if choice.offer.start is None else str(choice.offer.start),
                    "days": choice.offer.days,
                    "units_available": choice.offer.units_available,
                    "reasons": [reason.name for reason in choice.reasons],
                }
                for choice in self.choices
            ],
        }
