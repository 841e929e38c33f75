"""`python -m portalbot` and the command `portalbot`."""

from bot.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
