"""From a Stripe event to an acknowledged alert: rules, the alert itself, and getting it into Slack."""
