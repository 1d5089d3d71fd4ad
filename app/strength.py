"""How hard a secret is to guess. Length says nothing: 36 times the same letter is long."""

import functools
import re

WEAK_BELOW = 20  # Decimal digits of guesses. 16 random bytes in hexadecimal have 26 or more, once words are taken out.
MOST = 72  # zxcvbn looks at no more.
LETTERS = re.compile(r"[A-Za-z]{3,}")


def weakness(secret: str) -> str | None:
    """Why a program would find it; None when it would not. Words count for nothing: a sentence is no secret."""
    from zxcvbn import zxcvbn  # A megabyte of word lists: for those alone who judge.

    rest = LETTERS.sub(lambda found: "" if found[0].lower() in _words() else found[0], secret)[:MOST]
    digits = float(zxcvbn(rest)["guesses_log10"]) if rest else 0.0
    return f"It can be guessed: 10^{digits:.0f} tries are enough." if digits < WEAK_BELOW else None


@functools.cache
def _words() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for known in FREQUENCY_LISTS.values() for word in known)
