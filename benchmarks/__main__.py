"""`make bench`: measures, prints one table of figures and promises, and writes benchmarks/RESULTS.md.

python -m benchmarks [waits] [web] [entrances] [processes] [webhooks] [burst] [several] [mails]
    [growth] [rules]

With names only those parts are measured and printed, and nothing is written. Exits 1 when a promise is
broken.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.burst import measure_burst
from benchmarks.entrances import measure_entrances
from benchmarks.growth import measure_growth
from benchmarks.intake import measure_intake
from benchmarks.mails import measure_mails
from benchmarks.processes import measure_processes
from benchmarks.promise import Part, one_table
from benchmarks.report import (
    intake_part,
    mails_part,
    processes_part,
    report,
    rules_part,
    waits_part,
)
from benchmarks.rule_engine import measure
from benchmarks.run_web import run_web
from benchmarks.several import measure_several
from benchmarks.waits import measure_waits
from benchmarks.web_report import burst_part, web_part

PARTS: dict[str, Callable[[], Part]] = {
    "waits": lambda: waits_part(measure_waits()),
    "web": lambda: web_part(run_web()),
    "entrances": measure_entrances,
    "processes": lambda: processes_part(measure_processes()),
    "webhooks": lambda: intake_part(measure_intake()),
    "burst": lambda: burst_part(measure_burst()),
    "several": measure_several,
    "mails": lambda: mails_part(measure_mails()),
    "growth": measure_growth,
    "rules": lambda: rules_part(measure()),
}


def main(names: list[str]) -> int:
    """Measure all or the named parts; 1 when a promise is broken."""
    parts: list[Part] = []
    began = time.monotonic()
    for name in names or PARTS:
        before = time.monotonic()
        parts.append(PARTS[name]())
        sys.stderr.write(f"{name}: {time.monotonic() - before:.0f} s\n")
    if not names:
        page = report(parts, time.monotonic() - began)
        Path(__file__).with_name("RESULTS.md").write_text(page, encoding="utf-8")
    sys.stdout.write(f"{one_table(parts)}\n")
    return 0 if all(row.kept is not False for part in parts for row in part.rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
