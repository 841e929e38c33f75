"""The programs that run (web process, worker), and how each is built from the settings."""
