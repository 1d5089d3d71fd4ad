"""Passwords: how they are kept, and which ones may be chosen."""

import functools
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Invalid

MIN_LENGTH = 8  # NIST SP 800-63B, 3.1.1.2: at least eight characters, no rules on their kinds, a list of refused ones.
HASHES_AT_ONCE = threading.BoundedSemaphore(2)  # Each takes 19 MiB and a core for about 20 ms.

# OWASP Password Storage Cheat Sheet, argon2id: m=19 MiB, t=2, p=1.
_hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)


def hash_password(password: str) -> str:
    with HASHES_AT_ONCE:
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Without a hash (no such user) it takes as long and is false."""
    with HASHES_AT_ONCE:
        try:
            return _hasher.verify(password_hash or _hash_of_nobody(), password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def check_rule(password: str, email: str, field: str) -> None:
    """Refuses a new password that is too short, one of the 30,000 most common ones, or the e-mail itself."""
    if len(password) < MIN_LENGTH:
        problem = f"Use {MIN_LENGTH} characters or more."
    elif password.lower() in _common():
        problem = "This is one of the most common passwords. Choose another."
    elif password.lower() in (email, email.partition("@")[0]):
        problem = "Must not be your e-mail address."
    else:
        return
    raise Invalid(errors={"json": {field: [problem]}})


@functools.cache
def _hash_of_nobody() -> str:
    return _hasher.hash("nobody has this password")


@functools.cache
def _common() -> frozenset[str]:
    """The common passwords that zxcvbn's list (from published breaches) carries."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])
