"""`portalbot invoices`: the last invoices, as JSON or as sentences."""

from collections.abc import Sequence

from bot.cli.terminal import Terminal, run_command
from bot.portal.invoices import invoices_json
from bot.replies.invoices import invoice_sentence
from bot.use_cases.results import InvoiceList


def print_invoices(terminal: Terminal, words: Sequence[str], *, as_json: bool) -> None:
    """Answer `invoices …`. Raises Refused or SettingsError."""
    found = run_command(terminal.read(["invoices", *words]), InvoiceList)
    if as_json:
        terminal.print_json(invoices_json(found.invoices))
        return
    for each in found.invoices:
        facts = {"line": invoice_sentence(terminal.words, each), "url": each.hosted_invoice_url}
        terminal.say("invoice_line", facts)
