"""People, organisations, roles, sign-in: who is who (身份)."""
