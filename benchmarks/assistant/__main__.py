"""Publishes how well the assistant keeps its promises: `make benchmark-assistant`.

    python -m benchmarks.assistant [--model llama2] [--base-url URL] [--without-model] [--without-baseline]

Runs the conversations, the attacks and the harmless look-alikes in catalogue mode and with each model that answers, the
translated conversations and those of strangers in catalogue mode, and the lies with a scripted model. Prints tables,
and writes them into docs/assistant-quality.md and the figures into benchmarks/assistant/results.json.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.llm.ollama import is_reachable
from benchmarks.assistant import baseline, cases, kinds, lies, shop
from benchmarks.assistant.figures import figures
from benchmarks.assistant.judge import judge
from tests.fakes import FakeChatModel

RESULTS = Path(__file__).parent / "results.json"
PAGE = Path(__file__).parents[2] / "docs" / "assistant-quality.md"
BEGIN, END = "<!-- {} -->", "<!-- end of {} -->"


def all_cases() -> list[cases.Case]:
    return [*cases.conversations(), *cases.attacks(), *cases.harmless()]


def run(asked: list[cases.Case], **settings: str) -> dict[str, Any]:
    """The figures of one mode, in a shop of its own."""
    with tempfile.TemporaryDirectory() as folder:
        app = shop.open_shop(Path(folder), **settings)
        items = shop.items_by_id(app)
        before = shop.sentences(app)
        talked = ((case, reply, judge(case, reply, items)) for case, reply in _shown(shop.talk(app, asked), asked))
        told = figures(talked)
        kept, dropped = (now - then for now, then in zip(shop.sentences(app), before, strict=True))
        return {**told, "sentences of the model kept": kept, "sentences of the model dropped": dropped}


def run_lies() -> dict[str, Any]:
    """The figures of the scripted model that lies."""
    with tempfile.TemporaryDirectory() as folder:
        model = FakeChatModel(scripts=[], asked=[])
        app = shop.open_shop(Path(folder), chat_model=model, **lies.SETTINGS)
        return lies.figures(lies.Liar(app, model))


def sample(asked: list[cases.Case], size: int | None) -> list[cases.Case]:
    """So many of them, evenly picked, so that all kinds are among them."""
    return asked if size is None else [asked[place * len(asked) // size] for place in range(min(size, len(asked)))]


def run_baseline(asked: list[cases.Case], base_url: str, model: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        items = shop.items_by_id(shop.open_shop(Path(folder), **shop.WITHOUT_MODEL))
    answered = _shown(baseline.talk(asked, items, base_url, model), asked)
    return figures((case, reply, judge(case, reply, items)) for case, reply in answered)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--base-url", default="http://127.0.0.1:11434")
    arguments.add_argument("--model", action="append", help="an Ollama model; may be given several times")
    arguments.add_argument("--without-model", action="store_true", help="catalogue mode only")
    arguments.add_argument(
        "--without-baseline", action="store_true", help="keep the baseline's figures of the last run"
    )
    arguments.add_argument("--sample", type=int, help="so many conversations for a model, evenly picked; else all")
    given = arguments.parse_args()
    results = json.loads(RESULTS.read_text()) if given.without_baseline else {}
    results["catalogue alone"] = run(all_cases(), **shop.WITHOUT_MODEL)
    models = [] if given.without_model else given.model or ["llama2"]
    for model in models:
        if not is_reachable(given.base_url, model):
            print(f"{model} does not answer on {given.base_url}: not measured", file=sys.stderr)
            continue
        patient = {"OLLAMA_BASE_URL": given.base_url, "CHAT_MODEL": f"ollama:{model}"}
        asked = sample(all_cases(), given.sample)
        results[f"with {model}"] = run(asked, **patient)
        if not given.without_baseline:
            results[f"usual design, {model}"] = run_baseline(asked, given.base_url, model)
    languages = {language: run(cases.translated(language), **shop.WITHOUT_MODEL) for language in cases.LANGUAGES}
    of_strangers = {language: kinds.figures(language) for language in kinds.LANGUAGES}
    lied = {"a scripted model": run_lies()}
    told = {"figures": results, "languages": languages, "lies": lied, "kinds": of_strangers}
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    for name, figures_of in told.items():
        table = as_table(figures_of)
        print(f"{table}\n")
        _write(name, table)


def _write(name: str, table: str) -> None:
    """Puts a table between its marks on the page."""
    begin, end = BEGIN.format(name), END.format(name)
    page = PAGE.read_text("utf-8")
    before, after = page.partition(begin)[0], page.partition(end)[2]
    PAGE.write_text(f"{before}{begin}\n{table}\n{end}{after}", "utf-8")


def as_table(results: dict[str, dict[str, Any]]) -> str:
    names = list(results)
    rows = ["| figure | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for figure in results[names[0]]:
        rows.append(f"| {figure} | " + " | ".join(_cell(results[name].get(figure)) for name in names) + " |")
    return "\n".join(rows)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{kind}: {count}" for kind, count in sorted(value.items())) or "none"
    return "–" if value is None else str(value)


def _shown(talked: Iterable[Any], asked: list[cases.Case]) -> Iterable[Any]:
    """Passes cases on and draws a bar of how many are done."""
    total = len(asked)
    for number, row in enumerate(talked, 1):
        if sys.stderr.isatty() or number % 50 == 0 or number == total:
            done = 40 * number // total
            print(f"\r[{'#' * done}{'.' * (40 - done)}] {number}/{total}", end="", file=sys.stderr)
        yield row
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
