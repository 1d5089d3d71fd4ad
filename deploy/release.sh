#!/usr/bin/env bash
# Releases of the shop on one machine, without a pause. Run it as root:
#
#   release.sh deploy SOURCE [NAME]   install, then switch
#   release.sh install SOURCE [NAME]  puts SOURCE (a checkout) beside the present release, with packages of its own
#   release.sh switch NAME            backs up, migrates, tries the release on a port that nobody knows, replaces the
#                                     instances one by one; takes all back if one fails
#   release.sh roll-back              the release before this one; then its schema, if nobody runs what needs the newer
#   release.sh undo-schema NAME       the schema from before the release NAME, which runs no more
#   release.sh flask COMMAND…         a flask command of the present release, as the shop's user with its settings
#
# Whatever is killed half-way ends well when it is typed once more. While instances are replaced, old code runs on the new
# schema: a migration adds, and a later release takes away.
# Environment: SHOP_HOME, SHOP_ENV, SHOP_EXTRA, SHOP_USER, INSTANCES, TRIAL_PORT, READY_SECONDS, SETTLE_SECONDS, PYTHON.
set -euo pipefail
umask 022
trap '' HUP # A connection that is lost ends no release half-way.

SHOP_HOME=${SHOP_HOME:-/opt/musical-instruments}
SHOP_ENV=${SHOP_ENV:-/etc/musical-instruments/shop.env}
SHOP_EXTRA=${SHOP_EXTRA:-/etc/musical-instruments/requirements-extra.txt} # Packages that this shop alone needs.
SHOP_USER=${SHOP_USER:-musical-instruments}
INSTANCES=${INSTANCES:-8000 8010 8001 8011}
TRIAL_PORT=${TRIAL_PORT:-8019}
READY_SECONDS=${READY_SECONDS:-120}
SETTLE_SECONDS=${SETTLE_SECONDS:-6} # Longer than nginx leaves an instance alone (fail_timeout): then it knows it again.
PYTHON=${PYTHON:-python3}
KEEP=3

say() { echo "release: $*"; }
present() { basename "$(readlink "$SHOP_HOME/current" 2> /dev/null)" 2> /dev/null || true; }
home_of() { echo "$SHOP_HOME/releases/$1"; }

as_shop() { # as_shop NAME OPTION… PROGRAM ARGUMENT…: in that release, with the shop's settings, as the shop's user
  systemd-run --quiet --collect --uid="$SHOP_USER" --gid="$SHOP_USER" --property=EnvironmentFile="$SHOP_ENV" \
    --property=WorkingDirectory="$(home_of "$1")" --property=UMask=0077 "${@:2}"
}

in_release() { # in_release NAME COMMAND…: a flask command
  local mode
  [ -t 0 ] && mode=--pty || mode=--pipe
  as_shop "$1" --wait "$mode" "$(home_of "$1")/.venv/bin/flask" "${@:2}"
}

head_of() { in_release "$1" db heads 2> /dev/null | sed -n 's/ (head)$//p'; } # The schema that NAME's code needs.

packages() { # packages HOME OPTION…: into the environment there
  if command -v uv > /dev/null; then # Seconds instead of a minute.
    uv pip install --quiet --python "$1/.venv/bin/python" --compile-bytecode "${@:2}"
  else
    "$1/.venv/bin/python" -m pip install --quiet --disable-pip-version-check "${@:2}"
  fi
}

install_packages() { # install_packages HOME: what is pinned there, and what this shop alone needs, if it fits to that
  local pins="$1/requirements.txt"
  packages "$1" --require-hashes -r "$pins"
  [ -e "$SHOP_EXTRA" ] || return 0
  if grep -q -- --hash= "$SHOP_EXTRA"; then
    packages "$1" --require-hashes --constraint "$pins" -r "$SHOP_EXTRA"
  else # Pins with hashes would want one of each package.
    sed -e 's/ *\\$//' -e '/^ *--hash/d' "$pins" > "$1/.pins"
    packages "$1" --constraint "$1/.pins" -r "$SHOP_EXTRA"
  fi
  say "$SHOP_EXTRA is installed too"
}

install_release() { # install_release SOURCE NAME
  local home commit
  home=$(home_of "$2")
  commit=$(git -C "$1" rev-parse HEAD)
  if [ -e "$home/.installed" ]; then
    [ "$(cat "$home/.installed")" = "$commit" ] || { say "$2 is installed already, from another commit"; exit 1; }
    say "$2 is installed already"
    return
  fi
  rm -rf "$home" # What was left half-way.
  mkdir -p "$home"
  git -C "$1" archive HEAD | tar -x -C "$home"
  "$PYTHON" -m venv "$home/.venv"
  install_packages "$home"
  "$home/.venv/bin/python" -m compileall -q "$home/app" "$home/migrations" # The shop's user may write nothing here.
  echo "$commit" > "$home/.installed"
  say "$2 is installed beside ${current:-nothing}"
}

point_at() { # point_at NAME: in one step, so that nobody ever sees no release
  ln -sfn "releases/$1" "$SHOP_HOME/current.next"
  mv -T "$SHOP_HOME/current.next" "$SHOP_HOME/current"
}

is_ready() { # is_ready NAME PORT
  "$(home_of "$1")/.venv/bin/python" - "$2" << 'P'
import sys, urllib.request
straight = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    straight.open(f"http://127.0.0.1:{sys.argv[1]}/api/health/ready", timeout=10)
except OSError:
    sys.exit(1)
P
}

end_trial() { systemctl stop musical-instruments-trial 2> /dev/null || true; }

try_out() { # try_out NAME: does it get ready, where no customer meets it?
  local until
  end_trial
  say "trying $1 on port $TRIAL_PORT"
  as_shop "$1" --unit=musical-instruments-trial --setenv=BIND="127.0.0.1:$TRIAL_PORT" --setenv=WEB_WORKERS=1 \
    "$(home_of "$1")/.venv/bin/gunicorn" -c gunicorn_config.py
  until=$((SECONDS + READY_SECONDS))
  until is_ready "$1" "$TRIAL_PORT"; do
    if [ "$SECONDS" -ge "$until" ] || ! systemctl --quiet is-active musical-instruments-trial; then
      end_trial
      return 1
    fi
    sleep 0.5
  done
  end_trial
}

replace_instances() { # replace_instances PORT…: one by one, the other instance of its pool answers meanwhile
  local port until
  replaced=""
  for port in "$@"; do
    replaced="$replaced $port"
    say "replacing the instance on $port"
    systemctl reset-failed "musical-instruments@$port" 2> /dev/null || true # It may have tried too often before.
    systemctl restart "musical-instruments@$port" || return 1
    until=$((SECONDS + READY_SECONDS))
    until is_ready "$(present)" "$port"; do
      [ "$SECONDS" -lt "$until" ] || { say "the instance on $port does not get ready"; return 1; }
      sleep 0.5
    done
    sleep "$SETTLE_SECONDS"
  done
}

switch_to() { # switch_to NAME
  [ -e "$(home_of "$1")/.installed" ] || { say "$1 is not installed"; exit 1; }
  rm -f "$SHOP_HOME/.leaving"
  if [ -n "$current" ] && [ "$1" != "$current" ]; then
    say "backing the database up"
    in_release "$current" backup
    echo "$current" > "$(home_of "$1")/.release-before"
  fi
  say "migrating the database"
  in_release "$1" db upgrade
  if ! try_out "$1"; then
    say "$1 does not get ready; no instance was touched"
    [ -z "$current" ] || [ "$1" = "$current" ] || undo_schema "$1" || true
    exit 1
  fi
  point_at "$1"
  # shellcheck disable=SC2086
  if ! replace_instances $INSTANCES; then
    say "$1 has failed and is taken back"
    [ "$1" != "$current" ] || replaced=$INSTANCES # Others may have been replaced before this was typed once more.
    roll_back $replaced || true
    exit 1
  fi
  say "$1 is the present release"
  prune
}

before_of() { cat "$(home_of "$1")/.release-before" 2> /dev/null || true; } # before_of NAME: the release that it replaced

undo_schema() { # undo_schema NAME OPTION…: once a backup holds what goes, and if nobody runs code that needs it
  local schema
  [ "$1" != "$(present)" ] || { say "$1 is the present release"; return 1; }
  schema=$(head_of "$(before_of "$1")") || schema=""
  [ -n "$schema" ] || { say "there is no release before $1, or it tells no schema"; return 1; }
  [ "$(head_of "$1")" != "$schema" ] || return 0
  if ! in_release "$1" backup || ! in_release "$1" db downgrade --yes "${@:2}" "$schema"; then
    say "the schema stays, older releases run on it; when nobody needs it: release.sh undo-schema $1"
    return 1
  fi
}

roll_back() { # roll_back PORT…: these instances get the release before
  local failed before
  failed=$(cat "$SHOP_HOME/.leaving" 2> /dev/null || true) # It was killed half-way.
  failed=${failed:-$(present)}
  before=$(before_of "$failed")
  [ -n "$before" ] && [ -e "$(home_of "$before")/.installed" ] || { say "there is no release before $failed"; return 1; }
  echo "$failed" > "$SHOP_HOME/.leaving"
  end_trial
  point_at "$before"
  replace_instances "$@" || say "look at the log: $before does not get ready either"
  undo_schema "$failed" || true
  rm "$SHOP_HOME/.leaving"
  say "$before is the present release again"
}

prune() { # All but the newest; the present one and the one before it stay.
  local name
  for name in $(ls -1t "$SHOP_HOME/releases" | tail -n "+$((KEEP + 1))"); do
    [ "$name" = "$(present)" ] || [ "$name" = "$(before_of "$(present)")" ] || rm -rf "$(home_of "$name")"
  done
}

[ "${BASH_SOURCE[0]}" = "$0" ] || return 0 # A test looks at a function.
current=$(present)
if [ "${1:-}" != flask ]; then
  exec 9> /run/lock/musical-instruments-release
  flock -n 9 || { say "another release is under way"; exit 1; }
fi
case "${1:-}" in
  deploy | install)
    [ -n "${2:-}" ] || { say "which checkout?"; exit 2; }
    name=${3:-$(date -u +%Y%m%d-%H%M%S)-$(git -C "$2" rev-parse --short HEAD)}
    install_release "$2" "$name"
    [ "$1" = install ] || switch_to "$name"
    ;;
  switch) switch_to "${2:?which release?}" ;;
  # shellcheck disable=SC2086
  roll-back) roll_back $INSTANCES ;;
  undo-schema) undo_schema "${2:?which release?}" "${@:3}" ;;
  flask) in_release "$current" "${@:2}" ;;
  *)
    sed -n '2,12p' "$0" >&2
    exit 2
    ;;
esac
