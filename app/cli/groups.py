"""Every group of commands of `flask --app wsgi`, in one list."""

from flask.cli import AppGroup

from app.cli import (
    calendar_commands,
    demo_commands,
    intake_commands,
    people_commands,
    registry_commands,
    scenario_commands,
)

GROUPS: tuple[AppGroup, ...] = (
    calendar_commands.cli,
    demo_commands.cli,
    intake_commands.cli,
    people_commands.cli,
    registry_commands.cli,
    scenario_commands.cli,
)
