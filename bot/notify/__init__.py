"""How an answer or a notice reaches a person in Slack, by whichever way is still open."""
