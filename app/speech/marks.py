"""What a recogniser found in a text, and where."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.rental.pricing import Per


class Turn(StrEnum):
    """Turns of speech: what somebody does with words, beside naming things."""

    GREETING = "greeting"
    THANKS = "thanks"
    ASKING = "asking"
    OFF_TOPIC = "off_topic"
    SHOW = "show"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    LAST = "last"
    CHEAPER_ONE = "cheaper_one"
    DEARER_ONE = "dearer_one"
    THAT_ONE = "that_one"
    OTHER_ONE = "other_one"
    THOSE = "those"
    OTHER = "other"
    COMPARING = "comparing"
    TAKE = "take"
    LIKE_IT = "like_it"
    CORRECTION = "correction"
    NEXT_PERSON = "next_person"
    CHEAPER = "cheaper"
    CHEAP = "cheap"
    BETTER = "better"
    BEST = "best"
    SMALLER = "smaller"
    SMALL_ONE = "small_one"
    BIG_ONE = "big_one"
    THAT_MAKER = "that_maker"
    WOULD_DO = "would_do"
    QUIET = "quiet"
    ANY_PLACE = "any_place"
    ANY_PRICE = "any_price"


class Topic(StrEnum):
    """What somebody may ask of own rentals."""

    RENTALS = "rentals"  # Which there are.
    STATUS = "status"  # Whether a reservation stands.
    DUE = "due"  # When one must be back.
    OWED = "owed"  # What they cost, and what is left to pay.
    LONGER = "longer"
    CANCEL = "cancel"
    EARLIER = "earlier"
    WHERE = "where"  # Where and when one is collected or brought back.
    PEOPLE = "people"  # What only people settle: money back, damage, a dispute.
    OTHERS = "others"  # Somebody else's rentals.


class Claim(StrEnum):
    """How surely a question is one about own rentals."""

    SURE = "sure"
    MENTIONED = "mentioned"  # Own rentals are spoken of, but what of them is not said: "can I pay my rental by card?"
    PERHAPS = "perhaps"  # A general question, unless something is rented: "can I cancel?"


@dataclass(frozen=True)
class Affair:
    """A question about own rentals. `more_days` and `day_of_month` say how long somebody wants to keep one, where that
    is no phrase about days in a wish: `a week longer`, `until the 20th`.
    """

    topic: Topic
    claim: Claim = Claim.SURE
    more_days: int | None = field(default=None, compare=False)
    day_of_month: int | None = field(default=None, compare=False)


class Fact(StrEnum):
    """What somebody may ask of one instrument and the catalogue keeps in columns: each has an answer of its own."""

    DEPOSIT = "deposit"
    PLACE = "place"
    RATES = "rates"
    LEVEL = "level"
    SIZE = "size"
    STOCK = "stock"
    GENRES = "genres"
    ALL = "all"


@dataclass(frozen=True)
class Spending:
    """Limits on a price, in the shop's currency. `period` says on which one: that of a day, a week, a month, or
    the total of the rental. A bare one was said without its period ("under 100"): it may mean a day or the total.
    `is_each`: it is for each of several pieces, not for all of them. `with_deposit`: the deposit counts towards it.
    """

    low: Decimal | None = None
    high: Decimal | None = None
    period: Per = Per.DAY
    is_bare: bool = False
    is_each: bool = False
    with_deposit: bool = False


@dataclass(frozen=True)
class Absent:
    """A kind of instrument that the shop does not know, and the categories that come nearest."""

    name: str
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class Mark:
    """Something meaningful that stands in the tokens from `start` up to, without, `end`.

    `is_negated`: a "not" reaches it. `is_background`: it is what somebody has or plays already ("I own a violin,
    now I want a cello"). By `name`, the `value` is

    | name | value |
    |---|---|
    | kind, player, adjective, mood | categories (tuple of slugs): that it may mean, one plays, it leaves, serve it |
    | absent | Absent |
    | ensemble | the categories that it is made of, each with its number |
    | maker, place, genre | the name (str), as the shop writes it |
    | model, elsewhere, unread | a designation, a place that is no branch, another description (str), as written |
    | level | beginner, intermediate or advanced (str) |
    | size | a size (str), as the shop writes it |
    | a section of the attributes' words, such as handedness | the value (str) that the words mean, such as left |
    | quantity | how many (int, 2 to 20); its `end` is the `start` of the kind that is counted |
    | age, years_played | years (int) |
    | grade | the age at which that school year begins (int) |
    | height, arm | centimetres (int) |
    | growth | small, tall, up, down or between (str) |
    | grown_up | True |
    | money | Spending |
    | days | Dates: one mark for all days of the message |
    | turn | Turn |
    | own | Affair |
    | fact | what is asked of one instrument: a Fact, or a topic (str) that its description may speak of |
    | quality | what an instrument may be by its description (str), such as plastic |
    | pronoun | the language (str) in which the word stands for what was spoken of last |
    """

    name: str
    value: Any
    start: int
    end: int
    is_negated: bool = False
    is_background: bool = False
