"""`make bench`: measures, and writes what it measured to benchmarks/RESULTS.md."""

from pathlib import Path

from benchmarks.report import report
from benchmarks.run_web import run_web

if __name__ == "__main__":
    measured = run_web()
    text = report(measured)
    Path(__file__).with_name("RESULTS.md").write_text(text)
    print(text)
