"""Disks, certificate, timers, clock."""

from app.operations import host
from app.operations.deploy_check.finding import Checks, Finding, judge, warn

DAY = 86400


def disks() -> Finding:
    free = host.disk_free()
    found = ", ".join(f"{name} {share:.0%} free" for name, share in free.items()) or "none of the shop's is known"
    return judge(all(share > 0.1 for share in free.values()), found, "Make room, or move it to a larger disk.")


def certificate() -> Finding:
    left = host.certificate_seconds_left()
    if left is None:
        return warn("TLS_CERTIFICATE is not set", "Name the certificate's file, to be watched.")
    return judge(left > 14 * DAY, f"{left / DAY:.0f} days left", "Renew it: certbot renew.")


def timers() -> Finding:
    idle = host.idle_timers()
    if idle is None:
        return warn("systemd does not tell", f"See that something runs: {', '.join(host.TASKS)}.")
    return judge(not idle, f"idle: {', '.join(idle) or 'none'}", "systemctl enable --now NAME.timer")


def clock() -> Finding:
    is_right = host.is_clock_synchronised()
    if is_right is None:
        return warn("systemd does not tell", "See that the clock follows a time server.")
    return judge(is_right, "synchronised" if is_right else "not synchronised", "timedatectl set-ntp true")


CHECKS: Checks = {"disks": disks, "certificate": certificate, "timers": timers, "clock": clock}
