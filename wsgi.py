"""The application for any WSGI server, built from the environment."""

from app.factory import create_app
from app.settings import Settings

app = create_app(Settings.from_environment())
