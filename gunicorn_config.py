"""`gunicorn -c gunicorn_config.py`: threads, so that a chat that waits for the model holds up nobody else.

Time limits nest: model (CHAT_TOTAL_TIMEOUT_SECONDS) < graceful stop < reverse proxy.
"""

import contextlib
import os
import select
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from gunicorn.workers.gthread import ThreadWorker

from app.config import ConfigError, load


class Worker(ThreadWorker):
    """gunicorn's threads, but who stops also stops listening, and who is replaced stops when the new one is ready.

    gunicorn 27 keeps the socket open, without accepting, until the last answer is written: who connects meanwhile waits
    for a long chat of somebody else, and is cut off at its end. Refused at once, nginx asks the other instance.

    For the same reason a worker does not end by itself after WEB_MAX_REQUESTS, as gunicorn has it. It asks the master
    for one worker more, and counts anew; the new one, when it is ready, stops the oldest.
    """

    oldest = None  # Of a worker that replaces another one: the process to stop.

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._asks_after, self.max_requests = self.max_requests, sys.maxsize

    def notify(self):
        super().notify()
        if self.alive and self.nr >= self._asks_after:
            self.nr = 0
            os.kill(self.ppid, signal.SIGTTIN)

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            self._stop_listening()

    def _stop_listening(self):
        listeners, self.sockets = self.sockets, []
        for listener in listeners:
            while select.select([listener], [], [], 0)[0]:  # Who is connected already is answered.
                self.accept(listener)
            listener.close()


try:
    settings = load()
except ConfigError as error:
    sys.exit(f"Error: {error}")

wsgi_app = "app.init:create_app()"
bind = settings["BIND"] or f"{settings['HOST']}:{settings['PORT'] or 8000}"
worker_class = Worker
workers = settings["WEB_WORKERS"]
threads = settings["WEB_THREADS"]
timeout = 120
graceful_timeout = int(settings["CHAT_TOTAL_TIMEOUT_SECONDS"]) + 15
keepalive = 5
max_requests = settings["WEB_MAX_REQUESTS"]
max_requests_jitter = max_requests // 10
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # A worker's heartbeat must not wait for a disk.
control_socket_disable = True  # All instances would fight for one file in the home folder; systemd controls them.
accesslog = None  # The application writes one structured line a request.
errorlog = "-"
logger_class = "app.observability.server_log.ServerLog"


def on_starting(server):
    """Each worker counts into files of its own in this folder; /metrics adds them up."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")


def nworkers_changed(server, new, old):
    """One is replaced at a time, however many ask meanwhile."""
    if server.cfg.max_requests and new > server.cfg.workers + 1:
        server.num_workers = server.cfg.workers + 1


def pre_fork(server, worker):
    """A worker beyond the number was asked for by one that has reached its limit."""
    if server.cfg.max_requests and server.num_workers > server.cfg.workers and server.WORKERS:
        worker.oldest = min(server.WORKERS.values(), key=lambda other: other.age).pid


def post_fork(server, worker):
    """The settings were read by the master; the worker imports its own, so that HUP brings new code."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "app"]:
        del sys.modules[name]


def post_worker_init(worker):
    """What would cost the first customers seconds is done before they ask."""
    from app.entrance import warm

    warm(getattr(worker.wsgi, "application", lambda: worker.wsgi)())
    if worker.oldest:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker.oldest, signal.SIGTERM)


def child_exit(server, worker):
    """What a worker that is gone had in use is no longer in use; what it counted stays counted."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
    if server.cfg.max_requests:
        server.num_workers = server.cfg.workers  # Who was asked for beyond the number has a place now.


def on_exit(server):
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
