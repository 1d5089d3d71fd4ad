"""Which protocol should carry the recommendations out of the model?

Asks the same questions, over the same candidates, through each protocol and reports, per protocol: the answers whose
recommendations could be parsed at all, the parsed ids that had been offered, the answers whose first id was right
(of the questions that have right answers), the tokens written, and the time until a customer could read something.

    python benchmarks/protocol.py [--base-url URL] [--model NAME]
"""

import argparse
import json
import re
import statistics
import time

from langchain_core.messages import HumanMessage, SystemMessage
from langchain_ollama import ChatOllama

CANDIDATES = {
    11: "Yamaha P-45 digital piano, 12.50 EUR a day, beginner",
    23: "Casio CDP-S110 digital piano, 11.00 EUR a day, beginner",
    37: "Kawai ES120 digital piano, 17.00 EUR a day, intermediate",
    52: "Roland FP-30X digital piano, 18.00 EUR a day, intermediate",
    68: "Cort AC100 classical guitar, 6.50 EUR a day, beginner",
    74: "Gewa Allegro violin 3/4, 7.00 EUR a day, beginner",
}
PIANOS = {11, 23, 37, 52}
QUESTIONS = {  # Each with the ids that answer it; an empty set where any would do.
    "I need a quiet piano for my flat.": PIANOS,
    "Something for my daughter who starts violin lessons.": {74},
    "What is your cheapest digital piano?": {23},
    "A guitar for a beginner, please.": {68},
    "I play piano for ten years and want something better.": {37, 52},
    "Which of these would you take for a small stage?": set(),
    "Do you have a violin?": {74},
    "Hello!": set(),
    "I want to learn an instrument but don't know which.": set(),
    "Piano under 12 a day.": {23},
    "Something by Roland?": {52},
    "Is the Kawai good for jazz?": {37},
}
NAMES = {11: "P-45", 23: "CDP-S110", 37: "ES120", 52: "FP-30X", 68: "AC100", 74: "Allegro"}
SCHEMA = {
    "type": "object",
    "properties": {
        "reply": {"type": "string", "maxLength": 600},
        "ids": {"type": "array", "items": {"enum": list(CANDIDATES)}, "maxItems": 3},
    },
    "required": ["reply", "ids"],
}
SHOP = "You are the assistant of a musical instrument rental shop. Answer in at most three short sentences."
PROTOCOLS = {
    "names in the text": (
        "Recommend only instruments from the list, by their full names.",
        {},
        lambda number, fact: f"- {fact}",
    ),
    "markers": (
        "Recommend only instruments from the list. After the name of each one you recommend, write its "
        "marker from the list, like [11].",
        {},
        lambda number, fact: f"[{number}] {fact}",
    ),
    "ids line first": (
        "Recommend only instruments from the list. Write first one line 'IDS:' with the numbers you "
        "recommend, like 'IDS: 11, 23', then your answer.",
        {},
        lambda number, fact: f"{number}: {fact}",
    ),
    "constrained JSON": (
        "Recommend only instruments from the list. Answer as JSON: reply (what you tell the customer) "
        "and ids (the numbers of what you recommend).",
        {"format": SCHEMA},
        lambda number, fact: f"{number}: {fact}",
    ),
}


def parse(protocol, text):
    """The ids an answer carries, or None when it holds no readable block at all."""
    if protocol == "names in the text":
        named = {text.find(name): number for number, name in NAMES.items() if name in text}
        return [named[place] for place in sorted(named)] or None
    if protocol == "markers":
        found = re.findall(r"\[(\d+)\]", text)
        return [int(number) for number in found] or None
    if protocol == "ids line first":
        line = re.match(r"\s*IDS:\s*([\d, ]+)", text)
        return [int(number) for number in re.findall(r"\d+", line[1])] if line else None
    try:
        return json.loads(text)["ids"]
    except (ValueError, KeyError):
        return None


def readable_at(protocol, text):
    """Whether a customer could already read something of this partial answer."""
    if protocol in ("markers", "names in the text"):
        return bool(text.strip())
    if protocol == "ids line first":
        return "\n" in text.strip()
    return bool(re.search(r'"reply":\s*"[^"]', text))


def ask(model, protocol, question):
    rule, options, line = PROTOCOLS[protocol]
    listing = "\n".join(line(number, fact) for number, fact in CANDIDATES.items())
    messages = [SystemMessage(f"{SHOP} {rule}"), HumanMessage(f"{listing}\n\nCustomer: {question}")]
    started, text, first, usage = time.monotonic(), "", None, {}
    for chunk in model.stream(messages, **options):
        text += chunk.content
        if first is None and readable_at(protocol, text):
            first = time.monotonic() - started
        usage = chunk.usage_metadata or usage
    return text, first, time.monotonic() - started, usage


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--base-url", default="http://127.0.0.1:11434")
    arguments.add_argument("--model", default="llama2")
    arguments.add_argument("--show", action="store_true", help="print every answer")
    given = arguments.parse_args()
    model = ChatOllama(
        model=given.model, base_url=given.base_url, num_ctx=2048, num_predict=200, temperature=0.2, seed=1
    )
    print("| protocol | parsed | offered | right | tokens | first words | whole answer |")
    print("|---|---|---|---|---|---|---|")
    for protocol in PROTOCOLS:
        ask(model, protocol, "Hello!")  # Warms the prefix cache, so that the first question is like the others.
        print(measure(model, protocol, given.show), flush=True)


def measure(model, protocol, show):
    """One row of the table."""
    asked_for = sum(bool(right) for right in QUESTIONS.values())
    parsed, ids, offered, rights, tokens, firsts, totals = 0, 0, 0, 0, [], [], []
    for question, right in QUESTIONS.items():
        text, first, total, usage = ask(model, protocol, question)
        if show:
            print(f"--- {question}\n{text}\n")
        found = parse(protocol, text)
        parsed += found is not None
        ids += len(found or [])
        offered += sum(number in CANDIDATES for number in found or [])
        rights += bool(found) and found[0] in right
        tokens.append(usage.get("output_tokens", 0))
        firsts.append(first if first is not None else total)
        totals.append(total)
    return (
        f"| {protocol} | {parsed}/{len(QUESTIONS)} | {offered}/{ids} | {rights}/{asked_for} | "
        f"{statistics.mean(tokens):.0f} | {statistics.median(firsts):.2f} s | {statistics.median(totals):.2f} s |"
    )


if __name__ == "__main__":
    main()
