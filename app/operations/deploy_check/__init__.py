"""`flask deploy-check`: what an operator would otherwise tick by hand, each check ok, warn or fail, with what to do.

One file a subject, each with a table of its checks; docs/checklist.md says what for. Nothing is changed by them.
"""

from dataclasses import dataclass

from app.operations.deploy_check import (
    backup,
    database,
    instances,
    machine,
    model,
    neighbours,
    packages,
    pages,
    settings,
    watching,
)
from app.operations.deploy_check.finding import Check, Checks, Status, ask

__all__ = ["Asked", "Check", "Status", "all_checks", "run"]


@dataclass(frozen=True)
class Asked:
    """Where to ask what the settings do not tell. None: not told, so not asked."""

    instances: tuple[str, ...] = ()  # host:port each; empty: those that systemd wants
    https: str = neighbours.HTTPS
    prometheus: str | None = None
    alertmanager: str | None = None


def all_checks(asked: Asked) -> Checks:
    """Every check by its name, in the order in which they are told."""
    return {
        **packages.CHECKS,
        **settings.CHECKS,
        **database.CHECKS,
        **model.CHECKS,
        **instances.checks(asked.instances),
        **neighbours.checks(asked.https),
        **backup.CHECKS,
        **machine.CHECKS,
        **watching.checks(asked.prometheus, asked.alertmanager),
        **pages.CHECKS,
    }


def run(asked: Asked) -> list[Check]:
    return [ask(name, examine) for name, examine in all_checks(asked).items()]
