"""The development server: `python run.py`. In production gunicorn serves, see gunicorn_config.py."""

import os

from app.init import create_app

app = create_app()

if __name__ == "__main__":
    app.extensions["chat_model"].warm_up()
    app.run(
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "5000")),
        debug=app.config["FLASK_DEBUG"],
        threaded=True,
    )
