"""What a model usually is: the categories of its maker's series, which its designation begins with."""

import re

from app.speech import lexicon

LEAST_LETTERS = 4  # From here on a beginning tells without a figure behind it: `Minilogue XD`.


def usual_kinds(maker: str | None, model: str) -> tuple[str, ...]:
    """The categories of a maker's series, as far as it is known by its name; those of any maker if none is named."""
    compact = re.sub(r"[\W_]", "", lexicon.normalise(model))
    series = lexicon.series_of(maker)
    for length in range(len(compact), 0, -1):
        begins, rest = compact[:length], compact[length:]
        if begins in series and (not rest or rest[0].isdigit() or length >= LEAST_LETTERS):
            return series[begins]
    return ()
