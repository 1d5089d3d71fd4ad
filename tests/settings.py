"""The settings of an application under test."""

SETTINGS = {
    "FLASK_ENV": "testing",
    "SECRET_KEY": "only for tests: quartz-lemon-97-ferry-otter-38-violet",
    "JWT_SECRET_KEY": "only for tests: walnut-orbit-12-candle-meadow-55-harp",
    "OLLAMA_BASE_URL": "http://127.0.0.1:9",
    "LOG_LEVEL": "WARNING",
    "CHAT_SLOTS": "4",
    "BACKUP_DIR": "/dev/null/none",  # The backups of a developer's own shop are none of the tests' business.
}
