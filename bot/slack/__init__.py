"""Calls to Slack's Web API, and the app manifest."""
