"""What a message can say of the days."""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum, StrEnum

from app.rental.period import Period


class Why(StrEnum):
    """Why days that were named are not used. Each is a notice to the customer."""

    PAST = "past_days"
    IMPOSSIBLE = "impossible_days"  # 29 February 2027, 31 April.
    REVERSED = "reversed_days"  # 15 to 12 March.
    UNKNOWN = "unknown_days"  # A feast, a term, an "until" that no calendar of the shop has.
    SEPARATE = "separate_days"  # Every Saturday in May: the first one is used.


@dataclass(frozen=True)
class Trouble:
    """Days that are not used, in the words as they were written; the `days` themselves where they are separate."""

    why: Why
    words: str
    days: tuple[date, ...] = ()
    is_end: bool = False  # Only the last day is meant.


@dataclass(frozen=True)
class Move:
    """What is said against the days that were known before.

    `later`: so many days later, earlier where negative; `longer` likewise. `after`: the same days come right after the
    known ones, in whole ones of so many (7: the week after that). `month`: the same days of that month. `keeps_end`: a
    new first day leaves the last one as it was.
    """

    later: int = 0
    longer: int = 0
    after: int = 0
    month: int | None = None
    keeps_end: bool = False

    @property
    def is_step(self) -> bool:
        """Whether it moves anything by itself."""
        return bool(self.later or self.longer or self.after or self.month)


class Loose(StrEnum):
    """What of a day was not said, so that the days known before decide: its month, or its week."""

    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True)
class Dates:
    """What a message says of the days: the first one, how many, or the last one. `rest` is the message without it.

    `read_as` are the words, as they were written, that had to be guessed at. `second` are other days, named in the same
    breath. `has_clock`: it named times of day as well, which are left out.
    """

    rest: str = field(compare=False)
    start: date | None = None
    days: int | None = None
    end: date | None = None
    troubles: tuple[Trouble, ...] = ()
    move: Move | None = None
    read_as: str = ""
    second: Period | None = None
    has_clock: bool = False
    loose_start: Loose | None = field(default=None, compare=False)
    loose_end: Loose | None = field(default=None, compare=False)

    @property
    def is_past(self) -> bool:
        """Whether it names days that are over."""
        return any(trouble.why is Why.PAST for trouble in self.troubles)

    @property
    def unread(self) -> tuple[str, ...]:
        """What could not be used, as it was written."""
        return tuple(trouble.words for trouble in self.troubles if trouble.why is not Why.SEPARATE)


class Role(Enum):
    """What a phrase says."""

    SPAN = "all the days: from 3 to 10 May, next week"
    DAY = "one day: on Friday"
    NAMED = "a day, and not what happens on it: Friday"
    START = "the first day: from Friday"
    END = "the last day: until Friday"
    LENGTH = "how many: for two weeks"
    MOVE = "a step from the days before: a week later"
    NOTHING = "days that are not used"


@dataclass(frozen=True)
class Phrase:
    """What the words from `begin` to `stop` say.

    `beside` is a step from the day that was named last: the day before. `about` are the places of those words that a
    trouble (`why`) is about, all of them where it is None; `is_end` says that only the last day is meant.
    """

    begin: int
    stop: int
    role: Role
    start: date | None = None
    days: int | None = None
    end: date | None = None
    why: Why | None = None
    about: tuple[int, int] | None = None
    each: tuple[date, ...] = ()
    move: Move | None = None
    beside: int = 0
    is_guess: bool = False
    is_end: bool = False
    is_range: bool = False  # Both ends were said: from 3 to 10 May.
    loose_start: Loose | None = None
    loose_end: Loose | None = None
