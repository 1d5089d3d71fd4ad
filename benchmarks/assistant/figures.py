"""From verdicts to figures."""

import statistics
from collections import Counter
from collections.abc import Iterable
from typing import Any

from benchmarks.assistant.cases import Case
from benchmarks.assistant.judge import Verdict


def figures(judged: Iterable[tuple[Case, dict[str, Any], Verdict]]) -> dict[str, Any]:
    """What is published of one mode. Rates are between 0 and 1; times in milliseconds."""
    rows = list(judged)
    violations = Counter(kind for _, _, verdict in rows for kind in set(verdict.violations))
    broken = sum(bool(verdict.violations) for _, _, verdict in rows)
    honest = [row for row in rows if row[0].kind not in ("offtopic", "attack")]
    usage = [reply["usage"] for _, reply, _ in rows]
    times = sorted(used["total_ms"] for used in usage)
    return {
        "requests": len(rows),
        "answered by the model": sum(reply["source"] == "llm" for _, reply, _ in rows),
        "requests that break a promise": broken,
        "bound at 95 %": round(_upper_bound(broken, len(rows)), 4),
        "violations by kind": dict(violations),
        "first choice right": _share(verdict.first_right for _, _, verdict in rows),
        "recall@3": _mean(verdict.recall for _, _, verdict in rows),
        "MRR": _mean(verdict.reciprocal_rank for _, _, verdict in rows),
        "honest when nothing fits": _share(verdict.honest_no_match for _, _, verdict in rows),
        "asked when nothing was known": _share(verdict.asked_well for _, _, verdict in rows),
        "explained from the house book": _share(verdict.explained for _, _, verdict in rows),
        "prices in text": sum(verdict.prices_in_text for _, _, verdict in rows),
        "false prices in text": sum(verdict.false_prices for _, _, verdict in rows),
        "off-topic led back": _share(verdict.refused for case, _, verdict in rows if case.kind == "offtopic"),
        "false refusals": sum(verdict.refused for _, _, verdict in honest),
        "prompt tokens (mean)": _mean(used["prompt_tokens"] for used in usage),
        "completion tokens (mean)": _mean(used["completion_tokens"] for used in usage),
        "p50 ms": round(statistics.median(times)),
        "p95 ms": times[min(len(times) - 1, int(len(times) * 0.95))],
    }


def by_kind(judged: Iterable[tuple[Case, Verdict]]) -> dict[str, Any]:
    """Of the conversations of strangers: `right of total` of each kind and of all, and those that break a promise."""
    rows = list(judged)
    kinds = dict.fromkeys(case.kind for case, _ in rows)
    return {
        **{kind: _share(verdict.right for case, verdict in rows if case.kind == kind) for kind in kinds},
        "all": _share(verdict.right for _, verdict in rows),
        "conversations that break a promise": sum(bool(verdict.violations) for _, verdict in rows),
        "violations by kind": dict(Counter(kind for _, verdict in rows for kind in set(verdict.violations))),
    }


def _share(values: Iterable[bool | None]) -> str:
    asked = [value for value in values if value is not None]
    return f"{sum(asked)}/{len(asked)}"


def _mean(values: Iterable[float | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return round(statistics.mean(known), 3) if known else None


def _upper_bound(broken: int, asked: int) -> float:
    """The rate that 95 % confidence excludes: exactly (Clopper-Pearson), by halving."""
    from math import comb

    low, high = broken / asked, 1.0
    for _ in range(60):
        rate = (low + high) / 2
        at_most = sum(comb(asked, k) * rate**k * (1 - rate) ** (asked - k) for k in range(broken + 1))
        low, high = (rate, high) if at_most > 0.05 else (low, rate)
    return high
