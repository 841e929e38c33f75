"""Writes `docs/portal-rules.md` from the rules: `python -m docs.rules_page`."""

from docs.rules_page.page import PAGE, document

PAGE.write_text(document(), encoding="utf-8")
