"""Does the language model word an answer, soon enough for a customer?"""

from flask import current_app

from app.errors import ModelUnavailable
from app.operations.deploy_check.finding import Checks, Finding, Status, fail, judge


def language_model() -> Finding:
    """Each server is asked for a first word, with a customer's patience."""
    model, limit = current_app.extensions["chat_model"], current_app.config["CHAT_FIRST_TOKEN_TIMEOUT_SECONDS"]
    outcomes = model.try_out()
    failed = {server: told for server, told in outcomes.items() if isinstance(told, ModelUnavailable)}
    if failed:
        found = "; ".join(f"{server}: {told}" for server, told in failed.items())
        todo = "Start Ollama and run `ollama pull` for CHAT_MODEL; until then the catalogue answers."
        return fail(f"{model.name} at {found}", todo)
    slowest = max(outcomes.values())
    todo = "Keep the model loaded (OLLAMA_KEEP_ALIVE=-1), or raise CHAT_FIRST_TOKEN_TIMEOUT_SECONDS."
    return _judged(f"{model.name}: first word after {slowest:.1f} s of {limit:.0f} s", slowest, limit, todo)


def _judged(found: str, seconds: float, limit: float, todo: str) -> Finding:
    if seconds > limit:
        return fail(found, todo)
    return judge(seconds < limit / 2, found, todo, Status.WARN)


CHECKS: Checks = {"language model": language_model}
