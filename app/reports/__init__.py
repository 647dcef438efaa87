"""Reads that join packages: what a page or an answer needs at once, never a decision (报表)."""
