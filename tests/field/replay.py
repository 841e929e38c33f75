"""`python -m tests.field.replay --program <path of a portalbot>`: play every line against that checkout.

The sandbox is the one of this checkout, so that only the bot differs. Exit 1 when a line is not as promised;
`--all-fail` turns that round, for a checkout of before the lines were mended.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.field.checkout import Checkout
from tests.field.playing import Player, misses
from tests.field.rows import Row, every_row


def main() -> int:
    """Play them; print each line, what the bot said and what it lacks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--program", type=Path, required=True, help="the portalbot of a checkout's environment"
    )
    parser.add_argument("--only", default="", help="lines with this text in section, line or promise")
    parser.add_argument("--patience", type=float, default=5, help="seconds to wait for an answer")
    parser.add_argument("--all-fail", action="store_true", help="exit 1 when a line is as promised")
    asked = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as place, ExitStack() as until_closed:
        player = Player(Checkout(asked.program.absolute(), Path(place)), asked.patience, until_closed)
        for section, rows in every_row().items():
            for row in rows:
                if asked.only in f"{section} {row.line} {row.promise}":
                    wrong += _played(player, row, section) is (asked.all_fail and not row.held)
    return 1 if wrong else 0


def _played(player: Player, row: Row, section: str) -> bool | None:
    """Whether a line is as promised; None when it is not played here."""
    if row.unplayed or (row.python and row.python != player.checkout.python):
        reason = row.unplayed or f"it wants Python {row.python}"
        sys.stdout.write(f"not played  {section}: {row.line}\n            {reason}\n")
        return None
    answer = player.play(row, lambda said: not misses(row, said, player.named))
    lacks = misses(row, answer, player.named)
    sys.stdout.write(f"{'fails     ' if lacks else 'as promised'} {section}: {row.line}\n")
    for each in lacks:
        sys.stdout.write(f"            {each}\n")
    if lacks:
        sys.stdout.write("".join(f"          | {line}\n" for line in answer.splitlines()[:12]))
    sys.stdout.flush()
    return not lacks


if __name__ == "__main__":
    sys.exit(main())
