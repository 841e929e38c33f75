"""How fast everything is exported, and that an export which was killed goes on where it ended."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.full_rows import FIRST_CUSTOMER
from benchmarks.promise import Row, at_least, none_of
from benchmarks.web import processor_milliseconds

EXPORTED = {"audit": ("audit:0", 200_000), "events": (f"events:evt_1{FIRST_CUSTOMER}", 40_000)}
"""Where an export begins, and how many lines of it are measured: five of one to one of the other."""
LEAST_LINES = 50_000
"""Promised for a second."""
RESUMED = 2_000


@dataclass(frozen=True, slots=True)
class Exported:
    """Lines, and how long they took: by the clock, and of the exporting process's processor time."""

    lines: int
    seconds: float
    processor_seconds: float
    missed: int
    """Lines that were missed or repeated when the export went on after it was killed."""


def export_rows(database: str, exports: Mapping[str, Exported]) -> Iterator[Row]:
    """One figure for lines of both tables, as many of each as there are in the tables."""
    parts = exports.values()
    lines, seconds = sum(each.lines for each in parts), sum(each.seconds for each in parts)
    used = sum(each.processor_seconds for each in parts)
    beside = [f"{each.lines / each.seconds:,.0f}/s of {name}" for name, each in exports.items()]
    beside.append(f"{lines / used:,.0f} for each second of its processor time")
    what = f"export, {database}"
    yield at_least(what, LEAST_LINES, lines / seconds, "lines/s", beside=", ".join(beside))
    missed = sum(each.missed for each in parts)
    yield none_of(f"lines missed or repeated by an export that was killed, {database}", missed)


def measure_export(environment: dict[str, str], folder: str, after: str, lines: int) -> Exported:
    """Export so many lines, kill it, and go on after the last whole one."""
    with _exporting(environment, folder, after) as export:
        (first,) = _read(export, 1)  # it has been started
        began, before = time.perf_counter(), processor_milliseconds(export.pid)
        read = _read(export, lines)
        took, used = time.perf_counter() - began, processor_milliseconds(export.pid) - before
        export.kill()
    last = json.loads(read[-1])
    with _exporting(environment, folder, f"{last['table']}:{last['id']}") as export:
        went_on = _read(export, RESUMED)
        export.kill()
    # The ids were made without a gap.
    apart = abs(_number(went_on[-1]) - _number(first) - lines - RESUMED)
    return Exported(lines, took, used / 1000, apart)


def _number(line: bytes) -> int:
    return int(str(json.loads(line)["id"]).rpartition("_")[2])


@contextmanager
def _exporting(environment: dict[str, str], folder: str, after: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "bot", "export", "--after", after]
    # Its own package is found from wherever it runs; settings of this folder are not its.
    surroundings = {**os.environ, **environment, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, env=surroundings, cwd=folder, stdout=subprocess.PIPE) as export:
        yield export


def _read(export: subprocess.Popen[bytes], lines: int) -> Sequence[bytes]:
    assert export.stdout
    read = list(islice(export.stdout, lines))
    if len(read) < lines:
        raise RuntimeError(f"the export ended after {len(read)} lines")
    return read
