"""BACKUP_HOOK: the shop's own command that carries each new backup to another place."""

import os
import shlex
import signal
import subprocess
from pathlib import Path

from flask import current_app

from app.operations.database_copy import TIMEOUT_SECONDS, CopyFailed

# What a command needs to run. The shop's secrets are not its business: it has a file of its own.
ENVIRONMENT = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "TZ", "TMPDIR")


def carry(manifest: Path, file: Path) -> None:
    """Runs the command with both paths behind it, without a shell; nothing if there is none. Raises CopyFailed."""
    command = shlex.split(current_app.config["BACKUP_HOOK"])
    if not command:
        return
    told = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    try:
        hook = subprocess.Popen(
            [*command, str(manifest), str(file)],
            env=told,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # So that what it has started can be ended with it.
        )
    except OSError as error:
        raise CopyFailed(f"BACKUP_HOOK cannot be started: {error.strerror}: {command[0]}.") from error
    try:
        said, _ = hook.communicate(timeout=TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired as error:
        os.killpg(hook.pid, signal.SIGKILL)
        hook.communicate()
        raise CopyFailed(f"BACKUP_HOOK did not end within {TIMEOUT_SECONDS} s.") from error
    if hook.returncode:
        raise CopyFailed(f"BACKUP_HOOK failed with {hook.returncode}: {said.strip()[-500:]}")
