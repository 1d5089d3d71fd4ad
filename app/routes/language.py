"""In which language a client reads: of the message, else of the profile, else of Accept-Language, else the shop's."""

from flask import current_app, g, request

from app.answers import texts


def note(tag: str | None) -> None:
    """What comes first, once it is known: the language of the message or of the profile; anything else is left out."""
    language = texts.known(tag)
    if language:
        g.language = language


def accepted() -> str | None:
    """The first of Accept-Language that we speak. `*` says nothing: some programs always send it."""
    wanted = (texts.known(tag) for tag, quality in request.accept_languages if quality > 0)
    return next((language for language in wanted if language), None)


def of_client() -> str:
    """The language of whatever is said without a conversation."""
    return str(g.get("language") or accepted() or current_app.config["SHOP_LANGUAGE"])
