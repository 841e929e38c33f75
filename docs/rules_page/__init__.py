"""Writes the page on the portal's rules; no part of the program."""
