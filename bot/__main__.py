"""`python -m bot` is `portalbot`."""

from bot.cli import main

if __name__ == "__main__":
    main()
