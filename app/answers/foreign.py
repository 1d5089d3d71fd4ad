"""What is said to a message in a language that is not read: so, in that language where we can, and in the client's."""

from babel import Locale
from babel.lists import format_list

from app.answers import texts
from app.needs.reason import Reason
from app.speech import foreign


def notice(language: str) -> Reason:
    """That this language (a tag) is not read, and which ones are."""
    return Reason("foreign", {"foreign": language, "native": _native(language), "languages": _read_here()})


def _native(language: str) -> str | None:
    """Its own sentence, with the names of our languages as CLDR has them there."""
    sentence = foreign.sentence(language)
    if sentence is None:
        return None
    locale = Locale.parse(language)
    names = [locale.languages[ours] for ours in _read_here()]
    return sentence.format(languages=format_list(names, locale=locale))


def _read_here() -> tuple[str, ...]:
    """English first, as most people read it."""
    return (texts.DEFAULT, *(language for language in texts.LANGUAGES if language != texts.DEFAULT))
