#!/usr/bin/env bash
# restic with the repository and the password of /etc/musical-instruments/restic.env.
#
#   backup-to-restic.sh MANIFEST FILE   as BACKUP_HOOK: copies the folder that both lie in, thins old copies out, checks
#   backup-to-restic.sh COMMAND…        restic itself: init, snapshots, restore latest …
set -euo pipefail

set -a
# shellcheck disable=SC1090
. "${RESTIC_ENV:-/etc/musical-instruments/restic.env}"
set +a

if [ "${1:0:1}" != / ]; then
  exec restic "$@"
fi
exec 9< "${BASH_SOURCE[0]}"
flock 9 # Two backups at once: the second copies after the first.
restic unlock --quiet # Only what a copy that was killed has left.
restic backup --quiet --host shop --exclude '.making-*' --exclude '.opened-*' "$(dirname "$1")"
restic forget --quiet --host shop --path "$(dirname "$1")" --keep-within 30d --keep-monthly 24 --prune
restic check --quiet --read-data-subset=5%
