"""What the product knows about the portal: models, rules, lookup, links. No Slack, no templates."""
