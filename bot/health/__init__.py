"""The self-check, and what the bot notices about itself."""
