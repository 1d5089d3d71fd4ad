"""Names of days in languages that the lexicon does not know, read by the dateparser library.

It only ever sees one or two words: in whole sentences it takes prices, sizes and ages for dates
(docs/decisions/0009-dates.md).
"""

from datetime import date, datetime, time
from functools import lru_cache

from app.speech import languages
from app.speech.almanac import Almanac

MOST_LETTERS = 24


def is_foreign(almanac: Almanac) -> bool:
    return almanac.language not in languages.known()


def read(words: str, almanac: Almanac) -> date | None:
    """The day that these one or two words name in the customer's language; None in the languages of the lexicon."""
    if not is_foreign(almanac) or len(words) > MOST_LETTERS or not any(letter.isalpha() for letter in words):
        return None
    return _parsed(words, almanac.language, almanac.today, almanac.month_first)


@lru_cache(maxsize=4096)
def _parsed(words: str, language: str, today: date, month_first: bool) -> date | None:
    import dateparser  # type: ignore[import-untyped]
    from dateparser.data.languages_info import language_order  # type: ignore[import-untyped]

    if language not in language_order:
        return None
    settings = {
        "RELATIVE_BASE": datetime.combine(today, time()),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "MDY" if month_first else "DMY",
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": [] if words.isalpha() else ["day", "month"],
    }
    parsed = dateparser.parse(words, languages=[language], settings=settings)
    found = parsed.date() if parsed else None
    if found is None or found < today:
        return None
    is_weekday_at_most = (found - today).days <= 7
    return found if is_weekday_at_most or not words.isalpha() else None  # The mere name of a month is no day.
