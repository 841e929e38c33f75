"""Alerts and on-call people in the database."""
