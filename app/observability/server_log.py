"""gunicorn's own lines (a worker that was killed, a start that failed), with their priorities for the journal."""

import logging

from gunicorn.config import Config
from gunicorn.glogging import Logger

from app.observability.journal import formatter_for


class ServerLog(Logger):
    """Named in gunicorn_config.py."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.formatter:
                handler.setFormatter(formatter_for(handler.stream, handler.formatter))
