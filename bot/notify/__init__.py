"""Sends answers, notices and alerts to Slack, and tries another way when one fails."""
