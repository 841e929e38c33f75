"""The one Slack client, what is read through it, and the app manifest."""
