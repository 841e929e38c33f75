"""`make bench`: measures, prints every promise beside its figure, and writes benchmarks/RESULTS.md.

python -m benchmarks [waits] [web] [entrances] [processes] [webhooks] [burst] [mails] [rules]

With names only those parts are measured and printed, and nothing is written. Exits 1 when a promise is
broken.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.burst import measure_burst
from benchmarks.entrances import measure_entrances
from benchmarks.intake import measure_intake
from benchmarks.mails import measure_mails
from benchmarks.processes import measure_processes
from benchmarks.promise import Part, promise_table
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
from benchmarks.waits import measure_waits
from benchmarks.web_report import burst_part, web_part

PARTS: dict[str, Callable[[], Part]] = {
    "waits": lambda: waits_part(measure_waits()),
    "web": lambda: web_part(run_web()),
    "entrances": measure_entrances,
    "processes": lambda: processes_part(measure_processes()),
    "webhooks": lambda: intake_part(measure_intake()),
    "burst": lambda: burst_part(measure_burst()),
    "mails": lambda: mails_part(measure_mails()),
    "rules": lambda: rules_part(measure()),
}


def main(names: list[str]) -> int:
    """Measure all or the named parts; 1 when a promise is broken."""
    parts = [PARTS[name]() for name in names or PARTS]
    if not names:
        Path(__file__).with_name("RESULTS.md").write_text(report(parts), encoding="utf-8")
    for part in parts:
        sys.stdout.write(f"{part.body}\n\n")
    promises = [promise for part in parts for promise in part.promises]
    sys.stdout.write(f"{promise_table(promises)}\n")
    return 0 if all(each.kept for each in promises) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
