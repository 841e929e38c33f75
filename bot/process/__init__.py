"""What runs, and how it is put together."""
