"""What a model usually is: the categories of its maker's series, which its designation begins with."""

import re

from app.speech import lexicon

LEAST_LETTERS = 4  # From here on a beginning tells without a figure behind it: `Minilogue XD`.


def usual_kinds(maker: str | None, model: str) -> tuple[str, ...]:
    """The categories of a maker's series, as far as it is known by its name; those of any maker if none is named."""
    whole, first = compact(model), lexicon.normalise(re.split(r"[\W\d_]", model)[0])
    series = lexicon.series_of(maker)
    for length in range(len(whole), 0, -1):
        begins, rest = whole[:length], whole[length:]
        is_apart = not rest or rest[0].isdigit() or begins == first or length >= LEAST_LETTERS
        if begins in series and is_apart:
            return series[begins]
    return ()


def compact(model: str) -> str:
    """A designation in one piece: `P-145`, `p 145` -> `p145`."""
    return re.sub(r"[\W_]", "", lexicon.normalise(model))
