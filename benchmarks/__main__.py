"""`make bench`: measures, and writes what it measured to benchmarks/RESULTS.md."""

from pathlib import Path

from benchmarks.drain_mail import measure_drain
from benchmarks.intake import measure_intake
from benchmarks.report import report
from benchmarks.rule_engine import measure
from benchmarks.run_web import run_web
from benchmarks.stripe_calls import count_stripe_calls

if __name__ == "__main__":
    text = report(run_web(), count_stripe_calls(), measure(), measure_intake(), [*measure_drain()])
    Path(__file__).with_name("RESULTS.md").write_text(text, encoding="utf-8")
    print(text)
