"""`python -m portalbot` and the command `portalbot`."""

from bot.__main__ import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
