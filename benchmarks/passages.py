"""Which page of the house book answers a question: ways of likeness compared on questions that no page holds.

    python -m benchmarks.passages [--model all-minilm] [--base-url URL] [--misses]

Each way is given the same examples, and tells for each message the passage that it takes and how sure it is. Its
threshold is the one at which, of the messages of the first part of `passages.txt` that no passage answers, 5 in 100
would get a passage; the table tells what then becomes of the second part. `the assistant` is the whole decision, whose
thresholds (`app/needs/intent.py`) also look at whether the message asks and whether it wishes.
"""

import argparse
import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import median

from app.answers import likeness, passages
from app.llm.embedding import EmbeddingGateway
from app.needs import intent
from app.needs.intent import Kind
from app.needs.need import Need
from app.needs.understanding import understand
from app.speech import lexicon
from app.speech.almanac import Almanac
from app.speech.shelf import Shelf

SETS = Path(__file__).parent / "passages.txt"
NONE = "none"
FALSE = 0.05
Guess = tuple[str, float]
Way = Callable[[str], Guess]
Features = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Asked:
    """A message, and the passage that answers it or NONE; `is_fresh`: written after all was chosen."""

    passage: str
    message: str
    is_fresh: bool


def asked() -> list[Asked]:
    found, is_fresh = [], False
    for line in SETS.read_text("utf-8").splitlines():
        if line.startswith("["):
            is_fresh = line == "[fresh]"
        elif line and not line.startswith("#"):
            name, _, message = line.partition(" | ")
            found.append(Asked(name, message, is_fresh))
    return found


def examples(*, with_others: bool) -> list[tuple[str, str]]:
    """All examples of the book, in all languages; with those of what no passage answers, named NONE."""
    folders = sorted(folder for folder in passages.FOLDER.iterdir() if folder.is_dir())
    book = [(page.id, said) for folder in folders for page in passages.load(folder.name) for said in page.asked]
    words = [(page.id, said) for folder in folders for page in passages.load(folder.name) for said in page.words]
    others = (line for folder in folders for line in (folder / passages.OTHERS).read_text("utf-8").splitlines())
    return [*book, *words, *((NONE, line) for line in others if with_others)]


def words(text: str) -> list[str]:
    return [word for word in lexicon.words(text) if word[0].isalnum()]


def telling_words(text: str) -> list[str]:
    """Without the everyday words; with them where there are no others."""
    said = words(text)
    return [word for word in said if word not in lexicon.everyday_words()] or said


def grams(text: str, length: int = 4) -> list[str]:
    framed = [f"_{word}_" for word in words(text)]
    return [word[at : at + length] for word in framed for at in range(max(1, len(word) - length + 1))]


def bm25(told: Sequence[tuple[str, str]], features: Features) -> Way:
    """Okapi BM25 (k1 = 1.2, b = 0.75); each example is a document."""
    documents = [Counter(features(text)) for _, text in told]
    within = Counter(feature for document in documents for feature in document)
    usual = sum(document.total() for document in documents) / len(documents)
    weights: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        long = 1.2 * (0.25 + 0.75 * document.total() / usual)
        for feature, times in document.items():
            rare = math.log(1 + (len(documents) - within[feature] + 0.5) / (within[feature] + 0.5))
            weights[feature].append((number, rare * times * 2.2 / (times + long)))
    return partial(_most_alike, [name for name, _ in told], weights, lambda text: dict.fromkeys(features(text), 1.0))


def cosine(told: Sequence[tuple[str, str]], features: Features) -> Way:
    """The cosine of TF-IDF vectors; each example is a document."""
    documents = [Counter(features(text)) for _, text in told]
    within = Counter(feature for document in documents for feature in document)

    def vector(counts: Counter[str]) -> dict[str, float]:
        weighed = {
            feature: (1 + math.log(times)) * (math.log((len(told) + 1) / (within[feature] + 1)) + 1)
            for feature, times in counts.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {feature: weight / length for feature, weight in weighed.items()}

    weights: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        for feature, weight in vector(document).items():
            weights[feature].append((number, weight))
    return partial(_most_alike, [name for name, _ in told], weights, lambda text: vector(Counter(features(text))))


def _most_alike(
    names: Sequence[str],
    weights: dict[str, list[tuple[int, float]]],
    vector: Callable[[str], dict[str, float]],
    text: str,
) -> Guess:
    scores: defaultdict[int, float] = defaultdict(float)
    for feature, mine in vector(text).items():
        for number, weight in weights.get(feature, ()):
            scores[number] += mine * weight
    return _against_others((names[number], score) for number, score in scores.items())


def _against_others(scores: Iterable[Guess]) -> Guess:
    """The best passage, and how much better than the best that is none."""
    best: dict[str, float] = {}
    for name, score in scores:
        best[name] = max(score, best.get(name, 0.0))
    least = best.pop(NONE, 0.0)
    name = max(best, key=best.__getitem__, default=NONE)
    return name, best.get(name, 0.0) - least


def bayes(told: Sequence[tuple[str, str]]) -> Way:
    model = likeness.Likeness((name, lexicon.words(text)) for name, text in told)
    return lambda text: model.best(lexicon.words(text), NONE)


def vectors(told: Sequence[tuple[str, str]], model: str, base_url: str) -> Way | None:
    """The cosine of an embedding model's vectors; None where it does not answer."""
    settings = {"EMBED_MODEL": model, "OLLAMA_BASE_URL": [base_url], "CHAT_BREAKER_SECONDS": 1.0}
    gateway = EmbeddingGateway(settings)
    made = [gateway.embed([text for _, text in told[start : start + 16]]) for start in range(0, len(told), 16)]
    if any(batch is None for batch in made):
        return None
    known = list(chain.from_iterable(batch for batch in made if batch))

    def way(text: str) -> Guess:
        (mine,) = gateway.embed([text]) or [known[0]]
        alike = (sum(a * b for a, b in zip(mine, other, strict=True)) for other in known)
        return _against_others((name, score) for (name, _), score in zip(told, alike, strict=True))

    return way


def assistant(message: str) -> Guess:
    """What the assistant does, all in all: 1 for an answer from the book, 0 for none."""
    reading = understand(message, Need(), Shelf(places=("York", "Leeds", "Old Mill")), Almanac(date(2027, 3, 3)))
    found = passages.find(message)
    kind = intent.of(reading, likeness=found.likeness if found else 0.0, is_asked=bool(found and found.is_asked))
    return (found.passage.id, 1.0) if found and kind is Kind.QUESTION else (NONE, 0.0)


def row(name: str, way: Way, *, threshold: float | None = None) -> str:
    worked, fresh = ([one for one in asked() if one.is_fresh is is_fresh] for is_fresh in (False, True))
    if threshold is None:
        surest = sorted((way(one.message)[1] for one in worked if one.passage == NONE), reverse=True)
        threshold = surest[int(FALSE * len(surest))]
    times, guesses = [], []
    for one in fresh:
        start = time.perf_counter()
        guesses.append((one, *way(one.message)))
        times.append(time.perf_counter() - start)
    questions = [guess for guess in guesses if guess[0].passage != NONE]
    others = [guess for guess in guesses if guess[0].passage == NONE]
    first = sum(one.passage == name for one, name, _ in questions) / len(questions)
    right = sum(one.passage == name and sure > threshold for one, name, sure in questions) / len(questions)
    wrong = sum(one.passage != name and sure > threshold for one, name, sure in questions) / len(questions)
    false = sum(sure > threshold for _, _, sure in others) / len(others)
    return f"| {name} | {first:.2f} | {right:.2f} | {wrong:.2f} | {false:.2f} | {median(times) * 1000:.2f} |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--model")
    arguments.add_argument("--base-url", default="http://127.0.0.1:11434")
    arguments.add_argument("--misses", action="store_true", help="the first part's messages that were not got right")
    given = arguments.parse_args()
    if given.misses:
        for one in asked():
            if not one.is_fresh and assistant(one.message)[0] != one.passage:
                print(f"{one.passage} -> {assistant(one.message)[0]} | {one.message}")
        return
    fresh = [one.passage != NONE for one in asked() if one.is_fresh]
    print(f"{sum(fresh)} questions, {len(fresh) - sum(fresh)} other messages\n")
    print("| | passage first | answered right | answered wrong | others answered | ms |\n|---|---|---|---|---|---|")
    for with_others in (False, True):
        told = examples(with_others=with_others)
        beside = "" if with_others else ", no counterexamples"
        print(row(f"BM25, words{beside}", bm25(told, words)))
        print(row(f"BM25, without everyday words{beside}", bm25(told, telling_words)))
        print(row(f"BM25, four letters{beside}", bm25(told, grams)))
        print(row(f"cosine, words{beside}", cosine(told, words)))
        print(row(f"cosine, four letters{beside}", cosine(told, grams)))
        print(row(f"cosine, both{beside}", cosine(told, lambda text: [*words(text), *grams(text)])))
    print(row("naive Bayes, words, four letters and pairs", bayes(told)))
    print(row("the assistant", assistant, threshold=0.5))
    if given.model:
        way = vectors(told, given.model, given.base_url)
        print(row(f"vectors of {given.model}", way) if way else f"{given.model} does not answer.")


if __name__ == "__main__":
    main()
