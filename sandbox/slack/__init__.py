"""A stand-in for Slack: Web API, signed requests to one app, and the state behind both."""

from sandbox.slack.service import SlackOptions, SlackSandbox

__all__ = ["SlackOptions", "SlackSandbox"]
