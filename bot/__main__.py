"""`python -m bot` is `portalbot`."""

import gc


def main() -> None:
    """Import the program and run it.

    What is imported stays. To look through it for garbage, and once more at the end, takes half a second.
    """
    gc.disable()
    from bot.cli import main as run  # noqa: PLC0415 (after the line above)

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()
