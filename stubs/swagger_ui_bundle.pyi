# The folder of Swagger UI's files.

swagger_ui_path: str
