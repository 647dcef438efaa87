"""The pages: one folder for each audience, one design system for all."""
