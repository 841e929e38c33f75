"""`make soak`: a hundred thousand commands that each make a link; the process's memory stays what it was.

    python -m benchmarks.soak_commands [--commands 100000]

Stripe and Slack are stand-ins that answer at once. What must hold: every command has its link, and the memory
at the end is within a tenth of what it was when the process had been used for a while.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.load import Target, commands
from benchmarks.slack_side import SlackSide
from benchmarks.web import SECRET, bot_environment, free_port, memory_megabytes, running, sandbox_objects

CONCURRENT = 16
FIRST = 0.05
"""The share of the commands after which memory is looked at: by then everything is loaded and filled."""
GROWTH = 1.10


async def type_all(target: Target, slack_port: int, total: int, process: int) -> tuple[float, float, int]:
    """Type; memory in megabytes early and at the end, and how many had no link."""
    slack = SlackSide()
    async with await slack.start(slack_port):
        early = 0.0
        missing = 0
        for part in (int(total * FIRST), total - int(total * FIRST)):
            sent = await commands(target, CONCURRENT, part, after=lambda each: slack.answered(each.number))
            missing += sum(each.number not in slack.links for each in sent)
            early = early or memory_megabytes(process)
            slack.links.clear()
        return early, memory_megabytes(process), missing


def main() -> int:
    """Type on, and say what the memory did."""
    parser = argparse.ArgumentParser(description="Type commands on and on; see that memory stays flat.")
    parser.add_argument("--commands", type=int, default=100_000)
    chosen = parser.parse_args()
    objects = sandbox_objects()
    customer = objects.pop("customer")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        file = Path(folder) / "objects.json"
        file.write_text(json.dumps(objects))
        stripe, slack, port = free_port(), free_port(), free_port()
        servers.enter_context(running(["benchmarks.stand_in", str(stripe), "0", str(file)], stripe))
        environment = bot_environment(stripe, slack, folder, port)
        process, _ = servers.enter_context(running(["bot", "serve"], port, environment))
        target = Target(port, SECRET, f"home {customer}", f"http://127.0.0.1:{slack}")
        began = time.monotonic()
        early, late, missing = asyncio.run(type_all(target, slack, chosen.commands, process))
        seconds = time.monotonic() - began
    good = not missing and late <= early * GROWTH
    print(
        f"{chosen.commands} commands in {seconds:.0f} s, {missing} without a link; memory {early:.0f} MB"
        f" after a twentieth of them, {late:.0f} MB at the end: {'flat' if good else 'BROKEN'}"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
