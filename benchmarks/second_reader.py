"""Measures whether a language model, as a second reader of what our rules leave unread, would pay.

    python -m benchmarks.second_reader --base-url http://127.0.0.1:11434 --model qwen [--sample 40] [--kept forms.json]

Of the conversations of strangers (kinds*.txt) those are taken in which a message has content words but names no
instrument. The model fills a form (a JSON schema, so that nothing else can come back): kinds of instruments, level and
size, each with the words of the message that say so. What is believed is added to the message in words that our rules
know, and the conversation is judged as ever. Three degrees of belief are compared with no second reader:

- `all`: whatever the form says;
- `quoted`: its words stand in the message;
- `literal`: these words nearly spell a phrase of our vocabulary for that value, or name something in the catalogue
  of that kind: a model may read handwriting, but not guess.

Nothing of this is used by the app: see docs/decisions/0007-understanding.md for the figures. `--kept` keeps the model's
forms, so that beliefs can be compared again without it.
"""

import argparse
import json
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch

import httpx
from rapidfuzz.distance import OSA

from app.services.chat import opening
from app.speech import lexicon, reading
from app.speech.almanac import Almanac
from app.speech.reading import Said
from app.speech.shelf import Shelf
from app.vocabulary import CATEGORIES, SIZES, SKILL_LEVELS, spoken
from benchmarks.assistant import cases, kinds
from benchmarks.assistant.cases import Case

NAMING = {"kind", "absent", "player", "adjective"}
NEARLY = 0.75  # How alike a word must be to a phrase that it nearly spells.
SECONDS = 60.0
INSTRUCTIONS = (
    "You read one message to a shop that rents musical instruments and fill in a form. Fill in only what the message "
    "says. `instruments`: the kinds of instruments that the customer wants to rent; an empty list if the message names "
    "none. `words` are copied from the message, letter by letter. What is not said is null."
)
Form = dict[str, Any]
Belief = Callable[[str, str, str, str], bool]  # Of a field's name, its value, the words for it, the message.


def _field(values: Iterable[str]) -> dict[str, Any]:
    properties = {"value": {"type": "string", "enum": list(values)}, "words": {"type": "string"}}
    return {"type": "object", "properties": properties, "required": ["value", "words"]}


FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "instruments": {"type": "array", "maxItems": 2, "items": _field(CATEGORIES)},
        "level": {"anyOf": [_field(SKILL_LEVELS), {"type": "null"}]},
        "size": {"anyOf": [_field(SIZES), {"type": "null"}]},
    },
    "required": ["instruments", "level", "size"],
}


def is_left_unread(said: Said) -> bool:
    """Whether there is something that a second reader might read."""
    is_ours = said.foreign is not None or bool(said.of("own"))
    return not is_ours and bool(said.words) and not any(mark.name in NAMING for mark in said.marks)


def ask(base_url: str, model: str, message: str) -> tuple[Form, float]:
    """The form that the model fills in for a message, and the milliseconds that it took; {} where it is no form."""
    said = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": message}]
    options = {"temperature": 0, "num_predict": 120, "num_ctx": 2048}
    body = {"model": model, "messages": said, "format": FORM, "stream": False, "options": options, "keep_alive": "15m"}
    started = perf_counter()
    try:
        answer = httpx.post(f"{base_url}/api/chat", json=body, timeout=SECONDS, trust_env=False)
        form = json.loads(answer.json()["message"]["content"])
    except (httpx.HTTPError, ValueError, KeyError):
        form = {}
    return form, (perf_counter() - started) * 1000


def values(form: Form) -> Iterator[tuple[str, str, str]]:
    """What a form says: the field, its value, the words for it."""
    for one in form.get("instruments") or []:
        yield "kind", one["value"], one["words"]
    for name in ("level", "size"):
        if form.get(name):
            yield name, form[name]["value"], form[name]["words"]


def anything(field: str, value: str, words: str, message: str) -> bool:
    return True


def quoted(field: str, value: str, words: str, message: str) -> bool:
    """Whether the words stand in the message, and are not all everyday words."""
    said, all_said = lexicon.words(words), lexicon.words(message)
    starts = range(len(all_said) - len(said) + 1)
    is_there = bool(said) and any(all_said[start : start + len(said)] == said for start in starts)
    return is_there and not lexicon.everyday_words().issuperset(said)


def literal(field: str, value: str, words: str, message: str) -> bool:
    """Whether they are there, and nearly spell a phrase that means this value, or name an instrument of this kind."""
    if not quoted(field, value, words, message):
        return False
    known = lexicon.load()
    meaning = {"level": known.levels, "size": known.sizes}.get(field, {})
    phrases = {said for said, means in meaning.items() if means == value}
    phrases |= {said for said, means in known.categories.items() if field == "kind" and value in means}
    named = _models(value) if field == "kind" else frozenset()
    said = lexicon.words(words)
    runs = [said[start:end] for start in range(len(said)) for end in range(start + 1, len(said) + 1)]
    return any(
        OSA.normalized_similarity(" ".join(run), " ".join(phrase)) >= NEARLY for run in runs for phrase in phrases
    ) or bool(named.intersection(lexicon.search_words(words)))


def _models(category: str) -> frozenset[str]:
    """Words of names and models that only instruments of this kind have."""
    words = Counter[str]()
    own: set[str] = set()
    for item in cases.catalogue():
        its = {word for word in lexicon.search_words(f"{item.name} {item.model}") if any(c.isdigit() for c in word)}
        words.update(its if item.category != category else ())
        own |= its if item.category == category else set()
    return frozenset(own - set(words))


LEVELS = {"beginner": "for a beginner", "intermediate": "not a beginner any more", "advanced": "advanced"}
BELIEFS: dict[str, Belief] = {"all": anything, "quoted": quoted, "literal": literal}


def believed(form: Form, message: str, belief: Belief) -> str:
    """What is believed of a form, in words that our rules know."""
    held = [(field, value) for field, value, words in values(form) if belief(field, value, words, message)]
    return ", ".join(LEVELS[value] if field == "level" else spoken(value) for field, value in held)


@contextmanager
def second_reader(forms: dict[str, Form], belief: Belief) -> Iterator[None]:
    """While it lasts, what is believed of a message's form is read behind the message."""

    def read(message: str, shelf: Shelf, almanac: Almanac) -> Said:
        more = believed(forms.get(message, {}), message, belief)
        return reading.read(f"{message} . {more}" if more else message, shelf, almanac)

    with patch.object(opening, "read", read):
        yield


def sampled(number: int) -> list[Case]:
    """Conversations with a message that is left unread, evenly picked from all languages and kinds."""
    almanac, shelf = Almanac(cases.TODAY), Shelf(tuple({item.brand for item in cases.catalogue()}))
    found = [
        case
        for language in kinds.LANGUAGES
        for case in cases.kinds(language)
        if any(is_left_unread(reading.read(message, shelf, almanac)) for message in case.messages)
    ]
    return found[:: max(1, len(found) // number)][:number]


def judge(asked: list[Case]) -> dict[tuple[str, ...], tuple[bool, int]]:
    """By conversation: whether it is answered rightly, and how many promises it breaks."""
    return {told.case.messages: (bool(v.right), len(v.violations)) for told, v in kinds.run(asked)}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--base-url", default="http://127.0.0.1:11434")
    arguments.add_argument("--model", default="qwen")
    arguments.add_argument("--sample", type=int, default=40)
    arguments.add_argument("--kept", type=Path, help="where the model's forms are kept, and found again")
    given = arguments.parse_args()
    asked = sampled(given.sample)
    almanac, shelf = Almanac(cases.TODAY), Shelf(tuple({item.brand for item in cases.catalogue()}))
    messages = [m for case in asked for m in case.messages if is_left_unread(reading.read(m, shelf, almanac))]
    kept = json.loads(given.kept.read_text()) if given.kept and given.kept.exists() else {}
    for message in messages:
        if message not in kept:
            kept[message] = ask(given.base_url, given.model, message)
            print(
                f"{kept[message][1]:7.0f} ms  {message}\n            {json.dumps(kept[message][0], ensure_ascii=False)}"
            )
            if given.kept:
                given.kept.write_text(json.dumps(kept, ensure_ascii=False))
    forms = {message: form for message, (form, _) in kept.items()}
    waits = sorted(wait for message, (_, wait) in kept.items() if message in messages)
    print(f"{len(messages)} messages of {len(asked)} conversations")
    print(f"milliseconds: median {statistics.median(waits):.0f}, worst {waits[-1]:.0f}")
    without = judge(asked)
    print(f"without: right {sum(right for right, _ in without.values())}/{len(without)}")
    for name, belief in BELIEFS.items():
        with second_reader(forms, belief):
            told = judge(asked)
        gained = [m for m in told if told[m][0] and not without[m][0]]
        lost = [m for m in told if without[m][0] and not told[m][0]]
        broken = [m for m in told if told[m][1] > without[m][1]]
        used = sum(bool(believed(forms[message], message, belief)) for message in messages)
        print(
            f"{name}: believed of {used}; right {sum(right for right, _ in told.values())}; {len(gained)} more, ",
            end="",
        )
        print(f"{len(lost)} fewer; {len(broken)} break more promises")
        for sign, these in (("+", gained), ("-", lost), ("!", broken)):
            for messages_of_one in these:
                print(f"  {sign} {' // '.join(messages_of_one)}")


if __name__ == "__main__":
    main()
