"""What can be asked of the bot, by whichever entrance: no Slack, no words."""
