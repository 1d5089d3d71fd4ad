"""`gunicorn -c gunicorn_config.py`: threads, so that a chat that waits for the model holds up nobody else.

Time limits nest: model (CHAT_TOTAL_TIMEOUT_SECONDS) < graceful stop < reverse proxy.
"""

import os

wsgi_app = "app.init:create_app()"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "64"))
timeout = 120
graceful_timeout = int(float(os.environ.get("CHAT_TOTAL_TIMEOUT_SECONDS") or 60)) + 15
keepalive = 5
accesslog = None  # The application writes one structured line a request.
errorlog = "-"


def post_worker_init(worker):
    """LangChain is imported before the first customer asks: under load that would cost seconds."""
    worker.wsgi.extensions["chat_model"].warm_up()
