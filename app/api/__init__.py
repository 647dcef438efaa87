"""The JSON API for machines (接口), by subject, on journeys, reports and commands."""

from app.api.api import install

__all__ = ["install"]
