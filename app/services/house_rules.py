"""The figures of the house book: filled in from the settings and the shop's data, so that no answer can be wrong."""

from dataclasses import replace

from flask import current_app

from app.answers import passages, phrases
from app.answers.passages import Passage
from app.services import rental_rules
from app.speech.shelf import Shelf

MOST_BRANCHES = 12


def said(passage: Passage, language: str, shelf: Shelf) -> Passage:
    """The passage in this language, or in the book's base language, with its figures in words."""
    told = passages.in_language(passage, language)
    return replace(told, text=passages.filled(told.text, figures(told.language, shelf)))


def figures(language: str, shelf: Shelf) -> dict[str, str]:
    """By placeholder: what stands for it in this language, `14 days`; empty where it is 0, no, or not known."""
    said, settings = phrases.of(language), current_app.config
    days = {
        "grace_days": rental_rules.setting("GRACE_DAYS"),
        "cancel_days": rental_rules.setting("CANCEL_DAYS"),
        "collect_days": rental_rules.setting("COLLECT_DAYS"),
        "longest_rental": rental_rules.setting("MAX_DAYS"),
        "ahead_days": rental_rules.setting("AHEAD_DAYS"),
        "keep_days": settings["CONVERSATION_KEEP_DAYS"],
    }
    return {
        **{name: said.duration(number) if number else "" for name, number in days.items()},
        "memory_hours": said.texts.count("count.hours", settings["CONVERSATION_MEMORY_HOURS"]),
        "currency": settings["SHOP_CURRENCY"],
        "branches": said.listed(shelf.places[:MOST_BRANCHES]),
        "own_model": "yes" if settings["CHAT_MODEL"].startswith("ollama:") else "",
    }
