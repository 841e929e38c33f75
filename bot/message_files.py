"""Where the bot's words stand on disk."""

from functools import cache
from pathlib import Path


@cache
def messages_folder() -> Path:
    """Find `messages/`: inside the package when installed from a wheel, beside it in a checkout."""
    packaged = Path(__file__).parent / "messages"
    return packaged if packaged.is_dir() else packaged.parent.parent / "messages"
