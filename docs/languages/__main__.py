"""Keeps the catalogs of translations for the merchant's own team.

python -m docs.languages                     brings every catalog up to date with messages/
python -m docs.languages new de              begins one
python -m docs.languages check de [file]     says what is wrong and how much is missing
python -m docs.languages split de 3 folder   writes what is missing, in parts for several translators
python -m docs.languages join de folder      takes their parts in
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.words import messages_folder
from bot.words.languages import spoken
from docs.languages import po_files
from docs.languages.units import units


def main(arguments: Sequence[str]) -> int:
    """Do what was asked; return 1 when a check finds something."""
    match arguments:
        case []:
            for tag in spoken(messages_folder())[1:]:
                _update(tag)
        case ["new", tag]:
            _update(tag)
        case ["check", tag, *files]:
            return _check(Path(files[0]) if files else po_files.path_of(tag))
        case ["split", tag, parts, folder]:
            known = po_files.read(po_files.path_of(tag))
            made = po_files.split(tag, known, units(), int(parts))
            for number, part in enumerate(made, 1):
                po_files.write(Path(folder) / f"{tag}-{number}.po", part)
        case ["join", tag, folder]:
            found = sorted(Path(folder).glob(f"{tag}-*.po"))
            whole = po_files.brought_up_to_date(tag, po_files.read(po_files.path_of(tag)), units())
            taken = po_files.put_together(whole, map(po_files.read, found))
            po_files.write(po_files.path_of(tag), whole)
            _say(f"{taken} translations taken from {len(found)} files")
        case _:
            _say(str(__doc__))
            return 2
    return 0


def _update(tag: str) -> None:
    path = po_files.path_of(tag)
    known = po_files.read(path) if path.is_file() else None
    po_files.write(path, po_files.brought_up_to_date(tag, known, units()))


def _check(path: Path) -> int:
    catalog, present = po_files.read(path), units()
    held = [unit for unit in present if catalog.get(unit.text) is not None]
    wrong = po_files.wrong(catalog, held)
    for unit, problem in wrong:
        _say(f"{unit.places[0]}: {problem}\n    {unit.text[:100]!r}")
    _say(f"{len(held)} texts, {len(po_files.missing(catalog, held))} not translated, {len(wrong)} problems")
    return 1 if wrong else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
