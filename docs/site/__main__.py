"""Puts the pages of the site into a folder: `python -m docs.site FOLDER`."""

import shutil
import sys
from pathlib import Path

from docs.site.assemble import assemble

folder = Path(sys.argv[1])
shutil.rmtree(folder, ignore_errors=True)
assemble(folder)
