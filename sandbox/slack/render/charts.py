"""Chart blocks as shapes for an SVG: the geometry only, the drawing is in the template."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.slack.model import Json

WIDTH, HEIGHT = 480, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 12, 28


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in SVG units; `series` picks the colour."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `area` is the path that fills below it, empty for a plain line."""

    path: str
    area: str
    series: int
    title: str


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a pie."""

    path: str
    series: int
    title: str


@dataclass(frozen=True, slots=True)
class Label:
    """One word beside an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything a chart draws."""

    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    slices: tuple[Slice, ...] = ()
    categories: tuple[Label, ...] = ()
    ticks: tuple[Label, ...] = ()
    legend: tuple[tuple[int, str], ...] = ()


def draw(chart: Json) -> Drawing:
    """Return the drawing of a checked chart."""
    if chart["type"] == "pie":
        return _pie(chart["segments"])
    series = chart["series"]
    categories = [str(category) for category in chart["axis_config"]["categories"]]
    top = max((float(point["value"]) for one in series for point in one["data"]), default=0) or 1.0
    step = (WIDTH - LEFT - RIGHT) / max(len(categories), 1)
    legend = tuple((number, str(one["name"])) for number, one in enumerate(series))
    words = tuple(Label(LEFT + step * (i + 0.5), HEIGHT - 8, name) for i, name in enumerate(categories))
    ticks = tuple(Label(LEFT - 6, _y(top * part, top), f"{top * part:g}") for part in (0, 0.5, 1))
    if chart["type"] == "bar":
        return Drawing(
            bars=_bars(series, categories, top, step), categories=words, ticks=ticks, legend=legend
        )
    lines = tuple(
        _line(number, one, categories, top, fill=chart["type"] == "area") for number, one in enumerate(series)
    )
    return Drawing(lines=lines, categories=words, ticks=ticks, legend=legend)


def _y(value: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - max(value, 0) / top), 1)


def _values(one: Json, categories: Sequence[str]) -> list[float]:
    by_label = {str(point["label"]): float(point["value"]) for point in one["data"]}
    return [by_label.get(category, 0.0) for category in categories]


def _bars(series: Sequence[Json], categories: Sequence[str], top: float, step: float) -> tuple[Bar, ...]:
    width = step * 0.7 / max(len(series), 1)
    bars = []
    for number, one in enumerate(series):
        for place, value in enumerate(_values(one, categories)):
            x = LEFT + step * place + step * 0.15 + width * number
            y = _y(value, top)
            title = f"{one['name']}, {categories[place]}: {value:g}"
            bars.append(
                Bar(round(x, 1), y, round(width - 1, 1), round(HEIGHT - BOTTOM - y, 1), number, title)
            )
    return tuple(bars)


def _line(number: int, one: Json, categories: Sequence[str], top: float, *, fill: bool) -> Line:
    step = (WIDTH - LEFT - RIGHT) / max(len(categories), 1)
    values = _values(one, categories)
    points = [(round(LEFT + step * (i + 0.5), 1), _y(value, top)) for i, value in enumerate(values)]
    path = "M" + " L".join(f"{x} {y}" for x, y in points)
    base = HEIGHT - BOTTOM
    area = f"{path} L{points[-1][0]} {base} L{points[0][0]} {base} Z" if fill else ""
    return Line(path, area, number, str(one["name"]))


def _pie(segments: Sequence[Json]) -> Drawing:
    total = sum(max(float(segment["value"]), 0) for segment in segments) or 1.0
    slices, legend, start = [], [], 0.0
    for number, segment in enumerate(segments):
        share = max(float(segment["value"]), 0) / total
        title = f"{segment['label']}: {float(segment['value']):g}"
        slices.append(Slice(_arc(start, min(start + share, start + 0.9999)), number, title))
        legend.append((number, title))
        start += share
    return Drawing(slices=tuple(slices), legend=tuple(legend))


def _arc(start: float, end: float) -> str:
    cx, cy, radius = WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 8
    points = [
        (cx + radius * math.sin(2 * math.pi * part), cy - radius * math.cos(2 * math.pi * part))
        for part in (start, end)
    ]
    (x1, y1), (x2, y2) = points
    large = int(end - start > 0.5)
    return f"M{cx} {cy} L{x1:.1f} {y1:.1f} A{radius} {radius} 0 {large} 1 {x2:.1f} {y2:.1f} Z"
