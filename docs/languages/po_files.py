"""The catalogs of translations for the merchant's own team: brought up to date, split up, put together."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.words import messages_folder
from bot.words.languages import PO_FILE
from docs.languages.checking import problems
from docs.languages.units import Unit

NOT_READ: Final = "Written with care, and not yet read by a native speaker."


def path_of(tag: str, folder: Path | None = None) -> Path:
    """Return where a language's catalog stands."""
    return (folder or messages_folder()) / "locales" / tag / PO_FILE


def read(path: Path) -> Catalog:
    """Read a catalog."""
    with path.open("rb") as source:
        return read_po(source)


def brought_up_to_date(tag: str, known: Catalog | None, units: Sequence[Unit]) -> Catalog:
    """Return the catalog with exactly these units, and the translations that are known of them."""
    header = known.header_comment.strip("# \n") if known else NOT_READ
    return _catalog(tag, header, ((unit, _said(known, unit.text)) for unit in units))


def _catalog(tag: str, header: str, entries: Iterable[tuple[Unit, str]]) -> Catalog:
    made = Catalog(locale=tag.replace("-", "_"), header_comment=f"# {header}", fuzzy=False)
    for unit, said in entries:
        hint = (f"At most {unit.longest} characters, blanks filled in.",) if unit.longest else ()
        places = [(place, 0) for place in unit.places]
        made.add(unit.text, said, locations=places, auto_comments=hint).flags.clear()
    return made


def _said(known: Catalog | None, text: str) -> str:
    entry = known.get(text) if known else None
    return str(entry.string) if entry is not None else ""


def write(path: Path, catalog: Catalog) -> None:
    """Write a catalog, each text on as many lines as it has."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as target:
        write_po(target, catalog, width=0, omit_header=False, include_lineno=False)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    # What changes with each writing, and says nothing.
    volatile = ('"Project-Id-Version', '"POT-Creation-Date', '"PO-Revision-Date', '"Last-Translator',
                '"Language-Team', '"Report-Msgid', '"Generated-By')  # fmt: skip
    path.write_text("".join(line for line in lines if not line.startswith(volatile)), encoding="utf-8")


def split(tag: str, catalog: Catalog, units: Sequence[Unit], parts: int) -> list[Catalog]:
    """Return what is not translated, in parts of like length for several translators."""
    units = missing(catalog, units)
    length, so_far = sum(len(unit.text) for unit in units) / parts, 0
    made: list[list[tuple[Unit, str]]] = [[] for _ in range(parts)]
    for unit in units:
        made[min(int(so_far / length), parts - 1)].append((unit, _said(catalog, unit.text)))
        so_far += len(unit.text)
    return [_catalog(tag, NOT_READ, entries) for entries in made]


def put_together(catalog: Catalog, parts: Iterable[Catalog]) -> int:
    """Take the translations of parts into the catalog; return how many there were."""
    taken = 0
    for part in parts:
        for each in part:
            entry = catalog.get(each.id) if each.id else None
            if entry is not None and each.string:
                entry.string = each.string
                taken += 1
    return taken


def wrong(catalog: Catalog, units: Sequence[Unit]) -> list[tuple[Unit, str]]:
    """Return what is wrong with the translations there are, beside its unit."""
    return [
        (unit, problem)
        for unit in units
        if (said := _said(catalog, unit.text))
        for problem in problems(unit, said)
    ]


def missing(catalog: Catalog, units: Sequence[Unit]) -> list[Unit]:
    """Return what is not translated."""
    return [unit for unit in units if not _said(catalog, unit.text)]
