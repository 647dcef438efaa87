"""Every group of commands of `flask --app wsgi`, in one list."""

from flask.cli import AppGroup

from app.cli import calendar_commands, demo_commands, people_commands

GROUPS: tuple[AppGroup, ...] = (calendar_commands.cli, demo_commands.cli, people_commands.cli)
