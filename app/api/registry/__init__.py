"""The registry's part of the API, below `/api/v1/registry`."""
