"""The settings of an application under test."""

SETTINGS = {
    "FLASK_ENV": "testing",
    "SECRET_KEY": "a secret key that is only good for tests",
    "JWT_SECRET_KEY": "another secret key that is only good for tests",
    "OLLAMA_BASE_URL": "http://127.0.0.1:9",
    "LOG_LEVEL": "WARNING",
    "CHAT_SLOTS": "4",
    "BACKUP_DIR": "/dev/null/none",  # The backups of a developer's own shop are none of the tests' business.
}
