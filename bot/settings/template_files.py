"""The two files that `portalbot init` writes: settings as variables, and the rest as TOML, all explained."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.words import messages_folder

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./?&~*-]*")
_VARIABLE = re.compile(r"([A-Z][A-Z0-9_]*)=")


def env_file(values: Mapping[str, str]) -> str:
    """Return the text of `.env`: every setting with its comment, and the values that are given."""
    left = dict(values)
    lines = []
    for line in _source(".env.example").splitlines()[2:]:
        name = found[1] if (found := _VARIABLE.match(line)) else ""
        # What is not set is commented out: elsewhere an empty variable may hide what a platform has set.
        unset = f"# {line}" if name else line
        lines.append(f"{name}={_quoted(left.pop(name))}" if name in left else unset)
    if left:
        lines += ["", "# What was here already."]
        lines += [f"{name}={_quoted(value)}" for name, value in left.items()]
    return "\n".join(lines).lstrip("\n") + "\n"


def toml_file() -> str:
    """Return the text of the TOML file: every key with its default and what it means, all commented out."""
    page = _source("docs/settings.md")
    block = re.search(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert block is not None  # noqa: S101 (a test reads the page)
    return '# Take away a "#" to change what stands behind it: the default, or an example.\n\n' + "".join(
        f"{line}\n" for line in _commented(block[1])
    )


def write_private(file: Path, text: str) -> None:
    """Write a file that only its owner can read, at once or not at all."""
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    new.replace(file)


def _commented(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield line if not line.strip() or line.startswith("#") else f"# {line}"


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _source(path: str) -> str:
    """Read a file of the checkout, from where the wheel has it when there is no checkout."""
    packaged = messages_folder() / "init" / Path(path).name
    file = packaged if packaged.is_file() else messages_folder().parent / path
    return file.read_text(encoding="utf-8")
