"""Tests of what came of links."""
