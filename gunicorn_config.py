"""`gunicorn -c gunicorn_config.py`: threads, so that a chat that waits for the model holds up nobody else.

Time limits nest: model (CHAT_TOTAL_TIMEOUT_SECONDS) < graceful stop < reverse proxy.
"""

import os
import select
import shutil
import tempfile
from pathlib import Path

from gunicorn.workers.gthread import ThreadWorker


class Worker(ThreadWorker):
    """gunicorn's threads, but who stops also stops listening.

    gunicorn 27 keeps the socket open, without accepting, until the last answer is written: who connects meanwhile waits
    for a long chat of somebody else, and is cut off at its end. Refused at once, nginx asks the other instance.
    """

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                while select.select([listener], [], [], 0)[0]:  # Who is connected already is answered.
                    self.accept(listener)
                listener.close()


wsgi_app = "app.init:create_app()"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = Worker
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "64"))
timeout = 120
graceful_timeout = int(float(os.environ.get("CHAT_TOTAL_TIMEOUT_SECONDS") or 60)) + 15
keepalive = 5
# A worker is replaced after so many requests, at its own time: what it is answering then is answered to the end.
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "50000"))
max_requests_jitter = max_requests // 10
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # A worker's heartbeat must not wait for a disk.
control_socket_disable = True  # All instances would fight for one file in the home folder; systemd controls them.
accesslog = None  # The application writes one structured line a request.
errorlog = "-"
logger_class = "app.observability.server_log.ServerLog"


def on_starting(server):
    """Each worker counts into files of its own in this folder; /metrics adds them up."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")


def child_exit(server, worker):
    """What a worker that is gone had in use is no longer in use; what it counted stays counted."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(server):
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


def post_worker_init(worker):
    """LangChain is imported before the first customer asks: under load that would cost seconds."""
    worker.wsgi.extensions["chat_model"].warm_up()
