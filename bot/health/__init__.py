"""The self-check (`doctor`), and the alerts about the bot itself."""
