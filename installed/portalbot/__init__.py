"""What an installed portalbot is called.

In the repository its programs are the packages `bot` and `sandbox`, names that others may have too. So the
wheel has them inside this one, in the folder `program`, where whoever imports this finds them. In a checkout
there is no such folder, and they are found where they are.
"""

import sys
from pathlib import Path

_PROGRAM = Path(__file__).parent / "program"

if _PROGRAM.is_dir() and str(_PROGRAM) not in sys.path:
    sys.path.insert(0, str(_PROGRAM))
