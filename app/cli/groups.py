"""Every group of commands of `flask --app wsgi`, in one list."""

from flask.cli import AppGroup

GROUPS: tuple[AppGroup, ...] = ()
