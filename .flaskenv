# Read by the flask command, so that a bare `flask db upgrade` works in the checkout.
FLASK_APP=app.terminal:create_app
