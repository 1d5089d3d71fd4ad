"""What a conversation costs: prompt tokens turn by turn with the model of the settings, and the application's own time.

python -m benchmarks.turns [--turns 10]          needs an Ollama for the first table; the second is without a model
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from flask_migrate import upgrade

from app.init import create_app
from app.services import demo_service

MESSAGES = (
    "A quiet piano for my flat, under 20 a day",
    "for a beginner, please",
    "what about something by Roland?",
    "and a violin for my daughter, size 3/4",
    "which one is easier to learn?",
    "up to 10 a day for the violin",
    "I like jazz",
    "actually, make it a cello",
    "at Harbour Street",
    "thank you, which one do you recommend?",
)


def shop(folder: Path, **settings: str):
    """A demo shop in a database of its own."""
    url = f"sqlite:///{folder / 'shop.sqlite3'}"
    app = create_app({"FLASK_ENV": "testing", "LOG_LEVEL": "ERROR", "DATABASE_URL": url, **settings})
    with app.app_context():
        upgrade()
        demo_service.seed()
    return app


def sign_in(client) -> dict[str, str]:
    credentials = {"email": demo_service.PEOPLE[0][0], "password": demo_service.PASSWORD}
    return {"Authorization": f"Bearer {client.post('/api/auth/login', json=credentials).json['access_token']}"}


def talk(app, turns: int):
    """The replies of one conversation, each with the seconds that it took."""
    client = app.test_client()
    headers = sign_in(client)
    for number in range(turns):
        body = {"session_id": "benchmark", "message": MESSAGES[number % len(MESSAGES)]}
        started = time.perf_counter()
        reply = client.post("/api/chatbot/chat", json=body, headers=headers).json
        yield reply, time.perf_counter() - started


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--turns", type=int, default=10)
    turns = arguments.parse_args().turns
    with tempfile.TemporaryDirectory() as folder:
        app = shop(Path(folder), CHAT_MAX_TOKENS="120")
        app.extensions["chat_model"].warm_up()
        print("| turn | source | prompt tokens | first token | whole |\n|---|---|---|---|---|")
        for number, (reply, seconds) in enumerate(talk(app, turns), 1):
            usage = reply["usage"]
            first = usage["time_to_first_token_ms"]
            print(f"| {number} | {reply['source']} | {usage['prompt_tokens']} | {first} ms | {seconds * 1000:.0f} ms |")
    with tempfile.TemporaryDirectory() as folder:
        app = shop(Path(folder), OLLAMA_BASE_URL="http://127.0.0.1:9", CHAT_BREAKER_SECONDS="3600")
        times = [seconds * 1000 for _, seconds in talk(app, 200)][10:]
        middle, high = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(f"\nWithout a model, 190 turns: median {middle:.1f} ms, 95th percentile {high:.1f} ms.")


if __name__ == "__main__":
    main()
