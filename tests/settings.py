"""The settings of an application under test."""

SETTINGS = {
    "FLASK_ENV": "testing",
    "SECRET_KEY": "only-for-tests-pMc04nzaN_5hpjuLXkgY1sEkhYVaNmOqzUY8s8Aamok",
    "JWT_SECRET_KEY": "only-for-tests-BrWo6hk8H5B0_XWQxw0RHIQnFL62HU1D4eEl1QySzG0",
    "OLLAMA_BASE_URL": "http://127.0.0.1:9",
    "LOG_LEVEL": "WARNING",
    "CHAT_SLOTS": "4",
    "BACKUP_DIR": "/dev/null/none",  # The backups of a developer's own shop are none of the tests' business.
}
