"""Asks the conversations of strangers (kinds.txt) of the catalogue alone, and shows which are answered wrong, and why.

    python -m benchmarks.assistant.kinds [--language de] [--only dates] [--show]

For each wrong one: what was said, what was answered, what is wrong. `--show` shows the right ones too. In the end the
right of all by kind.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.assistant import cases, own, shop
from benchmarks.assistant.cases import Case
from benchmarks.assistant.figures import by_kind
from benchmarks.assistant.judge import Verdict
from benchmarks.assistant.strangers import judge_talk
from benchmarks.assistant.told import Told

LANGUAGES = ("en", *cases.LANGUAGES)


def run(asked: list[Case]) -> Iterator[tuple[Told, Verdict]]:
    """Each conversation, had with a new shop in catalogue mode, with its verdict."""
    with tempfile.TemporaryDirectory() as folder:
        app = shop.open_shop(Path(folder), **shop.WITHOUT_MODEL)
        for told in own.talk(app, asked):
            yield told, judge_talk(told)


def figures(language: str) -> dict[str, Any]:
    """What is published of one language."""
    return by_kind((told.case, verdict) for told, verdict in run(cases.kinds(language)))


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--language", choices=LANGUAGES, default="en")
    arguments.add_argument("--only", metavar="KIND", help="one kind: unread, parts, days, …")
    arguments.add_argument("--show", action="store_true", help="show the right ones too")
    given = arguments.parse_args()
    asked = [case for case in cases.kinds(given.language) if given.only in (None, case.kind)]
    judged = []
    for told, verdict in run(asked):
        judged.append((told, verdict))
        if given.show or not verdict.right or verdict.violations:
            print("\n".join(report(told, verdict)), end="\n\n")
    for name, value in by_kind((told.case, verdict) for told, verdict in judged).items():
        print(f"{name:36} {value}")


def report(told: Told, verdict: Verdict) -> Iterator[str]:
    """A conversation in lines: every message with its answer, then the cards of the last, then what is wrong."""
    yield f"[{told.case.kind}] {'right' if verdict.right else 'WRONG'}"
    for message, reply in zip(told.case.messages, told.replies, strict=True):
        yield f"  > {message}"
        yield f"  < {reply['response']}"
    for card in told.cards:
        part = "" if card.get("part") is None else f"part {card['part']}: "
        yield f"    {part}{card.get('quantity') or 1} × {card['name']}, {card.get('from')} to {card.get('to')}"
    yield from (f"    {action['name']} {action['path']} {action.get('body')}" for action in told.actions)
    if told.reply["understood"].get("unread"):
        yield f"    unread: {told.reply['understood']['unread']}"
    yield from (f"  ! {why}" for why in verdict.wrong)
    yield from (f"  ! breaks a promise: {kind}" for kind in verdict.violations)
    yield from (f"    {fault.kind}: {fault.because!r} in {fault.sentence!r}" for fault in verdict.faults)


if __name__ == "__main__":
    main()
