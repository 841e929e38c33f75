"""Which text can be read on a color. Source: WCAG 2.2, relative luminance and contrast ratio."""

from typing import Final

WHITE: Final = "#ffffff"
BLACK: Final = "#000000"


def readable_on(color: str) -> str:
    """Return white or black, whichever stands out more on a color like `#0b5fff`: 4.5 to 1 at least."""
    return WHITE if contrast(WHITE, color) >= contrast(BLACK, color) else BLACK


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colors, from 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
