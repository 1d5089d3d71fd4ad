"""The development server: `python run.py`. In production gunicorn serves, see gunicorn_config.py."""

import errno
import os
import socket
import sys

from werkzeug.serving import is_running_from_reloader, make_server

from app.config import ConfigError
from app.demo.welcome import welcome
from app.init import create_app


def main() -> None:
    try:
        app = create_app()
    except ConfigError as error:
        sys.exit(f"Error: {error}")
    app.extensions["chat_model"].warm_up()
    host, port = app.config["HOST"], app.config["PORT"] or 5000
    if app.config["FLASK_DEBUG"]:
        if is_running_from_reloader():  # Whoever started us has bound the port.
            sys.stdout.write(welcome(app, host, port))
        app.run(host, port, debug=True, threaded=True)
        return
    with bound(host, port) as listener:
        server = make_server(host, port, app, threaded=True, fd=listener.fileno())
    sys.stdout.write(welcome(app, host, port))
    sys.stdout.flush()
    server.serve_forever()


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there; if it cannot, nothing was promised yet."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno in errno.errorcode else error.strerror
        sys.exit(
            f"Error: the shop cannot listen on {host}:{port} ({reason}). "
            f"Stop what listens there, or take another port: PORT={port + 1 if port < 65_535 else 5000} make run"
        )


if __name__ == "__main__":
    main()
