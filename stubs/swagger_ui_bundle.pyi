# The folder of Swagger UI's files (checked against 1.1).

from pathlib import Path

swagger_ui_path: Path
