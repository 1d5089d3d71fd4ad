"""What operators type: `flask --help` lists it."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app import database_url
from app.config import ROOT
from app.errors import AppError
from app.operations import backups, checklist, deploy_check, retention
from app.schemas.auth import RegisterSchema
from app.services import auth_service, demo_service, meaning_service, model_usage_service, rental_service


def init_cli(app: Flask) -> None:
    app.cli.add_command(create_admin_user)
    app.cli.add_command(seed_demo)
    app.cli.add_command(embed_catalogue)
    app.cli.add_command(expire_reservations)
    app.cli.add_command(apply_retention)
    app.cli.add_command(check_deployment)
    app.cli.add_command(usage_report)
    app.cli.add_command(backup)
    app.cli.add_command(restore_drill)
    app.cli.add_command(restore)


@click.command("create-admin-user")
@click.option("--email", required=True)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for if left out.")
@click.option("--name", default="Admin", show_default=True)
@with_appcontext
def create_admin_user(email: str, password: str, name: str) -> None:
    """Make the first admin."""
    problems = RegisterSchema().validate({"email": email, "password": password, "name": name})
    if problems:
        raise click.ClickException(_told(problems))
    try:
        user = auth_service.register(email=email, password=password, name=name, role="admin")
    except AppError as error:
        raise click.ClickException(_told((error.errors or {}).get("json", {})) or error.message) from error
    click.echo(f"Admin {user.email} is ready.")


@click.command("seed-demo")
@click.option("--if-empty", is_flag=True, help="Do nothing, without an error, when there are instruments.")
@click.option("--catalogue-only", is_flag=True, help="No logins: their password is known to the world.")
@with_appcontext
def seed_demo(if_empty: bool, catalogue_only: bool) -> None:
    """Fill an empty catalogue with the demo shop; its logins are never made in production."""
    if if_empty and not demo_service.is_empty():
        return
    try:
        instruments, units, logins = demo_service.seed(with_people=not catalogue_only)
    except AppError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"The demo shop is open: {instruments} instruments, {units} units, {logins} logins.")
    if demo_service.is_production() and not catalogue_only:
        click.echo("No demo logins in production: their password is known to the world.")


@click.command("embed-catalogue")
@with_appcontext
def embed_catalogue() -> None:
    """Make the vectors of instruments that have none yet or whose texts changed (needs EMBED_MODEL)."""
    if not current_app.config["EMBED_MODEL"]:
        raise click.ClickException("EMBED_MODEL is not set; without it words alone decide.")
    click.echo(f"{meaning_service.refresh_all()} vectors were made.")


@click.command("expire-reservations")
@with_appcontext
def expire_reservations() -> None:
    """Give up reservations that nobody collected in time; for a timer, once a day or more often."""
    click.echo(f"{rental_service.expire()} reservations have expired.")


@click.command("apply-retention")
@with_appcontext
def apply_retention() -> None:
    """Delete what the shop has kept for long enough; for a timer, once a day."""
    deleted = retention.apply()
    click.echo(f"Deleted: {', '.join(f'{count} {name}' for name, count in deleted.items())}.")


@click.command("backup")
@with_appcontext
def backup() -> None:
    """Back the database up into BACKUP_DIR; for a timer, once a day."""
    try:
        made = backups.make()
    except AppError as error:
        raise click.ClickException(error.message) from error
    rows = sum(made.told["rows"].values())
    click.echo(f"{made.file}: {rows} rows, {made.told['bytes']} bytes, SHA-256 {made.told['sha256'][:12]}…")


@click.command("restore-drill")
@with_appcontext
def restore_drill() -> None:
    """Restore the newest backup into a scratch database and compare it; for a timer, once a week."""
    try:
        for line in backups.drill():
            click.echo(line)
    except AppError as error:
        raise click.ClickException(error.message) from error


@click.command("restore")
@click.argument("manifest", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", required=True, help="The URL of an empty PostgreSQL database, or sqlite:///a/new/file")
@with_appcontext
def restore(manifest: Path | None, into: str) -> None:
    """Restore a backup, named by its manifest (.json), or the newest with accounts, into an empty database."""
    try:
        url = database_url.read(into)
        backup = backups.named(manifest) if manifest else backups.to_restore()
        backups.restore(backup, url)
    except AppError as error:
        raise click.ClickException(error.message) from error
    except ValueError as error:
        raise click.UsageError(f"--into: {error}") from error
    rows = sum(backup.told["rows"].values())
    click.echo(f"{backup.file.name} is restored, {rows} rows, into {url.render_as_string()}. Point DATABASE_URL at it.")
    model = backup.told.get("model")
    if model:
        click.echo(f"Its model: ollama pull {model['name']}; ollama list must show the ID {model['digest'][:12]} then.")


@click.command("deploy-check")
@click.option("--json", "as_json", is_flag=True, help="For scripts: nothing but JSON, whatever fails.")
@click.option("--strict", is_flag=True, help="A warning counts as a failure.")
@click.option("--checklist", "as_checklist", is_flag=True, help="Tick docs/checklist.md, and tell what is left to do.")
@click.option("--instances", default="", help="The instances, if systemd does not know them: host:port,host:port")
@click.option("--https", default=deploy_check.Asked.https, show_default=True, help="Where nginx listens.")
@click.option("--prometheus", help="Its URL: are the alert rules loaded, does everything answer it?")
@click.option("--alertmanager", help="Its URL: does it tell the right people?")
@with_appcontext
def check_deployment(
    as_json: bool,
    strict: bool,
    as_checklist: bool,
    instances: str,
    https: str,
    prometheus: str | None,
    alertmanager: str | None,
) -> None:
    """Tick what a program can tick. Exits with 1 when something fails."""
    places = tuple(place.strip() for place in instances.split(",") if place.strip())
    logging.disable()  # What fails is told by the checks.
    try:
        checks = deploy_check.run(deploy_check.Asked(places, https, prometheus, alertmanager))
    finally:
        logging.disable(logging.NOTSET)
    page = (ROOT / checklist.PAGE).read_text("utf-8")
    ticked = checklist.tick(checklist.read(page), checks) if as_checklist else None
    if as_json:
        click.echo(json.dumps([asdict(one) for one in (checks if ticked is None else ticked)], indent=2))
    elif ticked is not None:
        _show_checklist(ticked)
    else:
        for check in checks:
            click.echo(f"{check.status:<5} {check.name}: {check.found}{f' → {check.todo}' if check.todo else ''}")
    bad = {"fail", "warn"} if strict else {"fail"}
    raise SystemExit(any(check.status in bad for check in checks))


def _show_checklist(rows: Sequence[checklist.Ticked]) -> None:
    """What is ticked, then what is left to do, each under its headings."""
    done, left = [row for row in rows if row.done], [row for row in rows if not row.done]
    for title, some in (("Ticked", done), ("To do", left)):
        click.echo(f"{title}: {len(some)} of {len(rows)}")
        for section, together in groupby(some, key=lambda row: row.section):
            click.echo(f"\n  {section}")
            for row in together:
                click.echo(
                    f"  [x] {row.item} ({row.shown_by})" if row.done else f"  [ ] {row.item} → {row.todo} ({row.link})"
                )
        click.echo()


@click.command("usage-report")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650))
@click.option("--prompt-price", default="0", help="Of a million prompt tokens, with a hosted model.")
@click.option("--completion-price", default="0", help="Of a million completion tokens.")
@with_appcontext
def usage_report(days: int, prompt_price: str, completion_price: str) -> None:
    """Tell how many tokens the chats took, and what they would cost elsewhere."""
    try:
        prices = Decimal(prompt_price), Decimal(completion_price)
    except ArithmeticError as error:
        raise click.ClickException("Write prices like 0.15.") from error
    found = model_usage_service.by_model(days)
    for model, taken in sorted(found.items()):
        click.echo(
            f"{model}: {taken.turns} turns in {days} days, tokens known of {taken.counted}: "
            f"{taken.prompt_tokens} read, {taken.completion_tokens} written; "
            f"at these prices {taken.cost(*prices):.2f}"
        )
    if not found:
        click.echo(f"No chat of the last {days} days was worded by a model.")


def _told(problems: Mapping[str, Any]) -> str:
    return "; ".join(f"{field}: {' '.join(map(str, told))}" for field, told in problems.items())
