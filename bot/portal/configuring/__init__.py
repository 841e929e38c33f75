"""What can be set in a portal configuration: the table of settings, how they are read, and what must hold."""
