"""Mails in words: templates of `messages/email/<name>/` in the customer's language.

Values come from strangers: they are cleaned here, passed to the templates as values (a `{{` in a name stays a
`{{`), and escaped wherever HTML is made. A merchant's own folder may replace any template or string.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_time
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.durations import DAY, HOUR
from bot.mail.contrast import readable_on
from bot.mail.mail import RenderedMail
from bot.mail.sanitize import LONGEST_NOTE, one_line, several_lines
from bot.portal.locales import AUTO, long_date
from bot.portal.money import money
from bot.portal.translations import ENGLISH, CustomerTranslations, cldr_locale

LINK: Final = "https://link.invalid/made-when-this-is-sent"
"""The placeholder for the link in the bodies of a recovery mail until it is sent."""
LONGEST_SUBJECT: Final = 78
TEMPLATES: Final = ("login_link", "recovery_link")
UNSPACED: Final = frozenset({"ja", "zh"})
"""Languages that write no space between sentences."""
LAST_ZONE = timedelta(hours=-12)
"""Where a day ends last on earth."""
FIRST_ZONE = timedelta(hours=14)
"""Where a day begins first."""


@dataclass(frozen=True, slots=True)
class Merchant:
    """How the merchant appears in a mail; `logo_dark_url` is the logo for a dark background."""

    name: str
    support_email: str | None = None
    logo_url: str | None = None
    logo_dark_url: str | None = None
    color: str = "#0b5fff"


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice that can be paid at `url`; `to_pay` is in the currency's smallest unit."""

    url: str
    to_pay: int
    currency: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What one mail says. `link` is the login link, or `LINK`; `until` is Unix seconds."""

    template: str
    locale: str
    name: str | None
    link: str
    note: str = ""
    until: int | None = None
    invoice: OpenInvoice | None = None


class MailTemplates:
    """Writes mails. Templates and languages are read when first needed and kept."""

    def __init__(self, messages: Path, own: Path | None = None) -> None:
        """`messages` is our folder of words, `own` the merchant's with the same two folders inside."""
        folders = [each for each in (own, messages) if each is not None]
        self._translations = CustomerTranslations([folder / "locales" for folder in folders])
        self._search = [str(folder / "email") for folder in folders]
        self._environments: dict[str, Environment] = {}

    def write(self, contents: Contents, merchant: Merchant, now: int) -> RenderedMail:
        """Write a mail."""
        locale = ENGLISH if contents.locale == AUTO else contents.locale
        values = _values(contents, merchant, locale, now)
        environment = self._environment(locale)

        def render(part: str) -> str:
            return environment.get_template(f"{contents.template}/{part}").render(values)

        subject = one_line(render("subject.txt"), LONGEST_SUBJECT)
        return RenderedMail(subject, render("body.txt").strip() + "\n", _inlined(render("body.html")))

    def _environment(self, locale: str) -> Environment:
        if locale not in self._environments:
            environment = Environment(
                loader=FileSystemLoader(self._search),
                autoescape=select_autoescape(enabled_extensions=("html",), default=False),
                extensions=["jinja2.ext.i18n"],
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
            )
            translations: Any = self._translations.get(locale)
            extension: Any = environment
            extension.install_gettext_translations(translations, newstyle=True)
            self._environments[locale] = environment
        return self._environments[locale]


def _inlined(page: str) -> str:
    # Two megabytes that a process without a mail to write does without.
    import css_inline  # noqa: PLC0415

    # Media queries (dark mode, narrow screens) have to stay a style sheet; everything else goes inline.
    return css_inline.inline(page, keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


def _values(contents: Contents, merchant: Merchant, locale: str, now: int) -> Mapping[str, object]:
    cldr = cldr_locale(locale)
    until = contents.until
    return {
        "lang": locale,
        "space": "" if cldr.language in UNSPACED else " ",
        "dir": cldr.text_direction,
        "name": one_line(contents.name),
        "merchant": one_line(merchant.name),
        "support_email": merchant.support_email,
        "logo_url": merchant.logo_url,
        "logo_dark_url": merchant.logo_dark_url,
        "color": merchant.color,
        "on_color": readable_on(merchant.color),
        "link": contents.link,
        "note": several_lines(contents.note, LONGEST_NOTE),
        "days": max(1, (until - now + HOUR) // DAY) if until else None,  # of a day that began just now
        "until": _last_day(until, now, cldr) if until else None,
        "invoice": _invoice(contents.invoice, cldr) if contents.invoice else None,
    }


def last_full_day(until: int) -> date:
    """Return the last day that is over nowhere on earth before the Unix second `until`."""
    return (datetime.fromtimestamp(until, UTC) + LAST_ZONE).date() - timedelta(days=1)


def _last_day(until: int, now: int, locale: Locale) -> str:
    """A day on which the link works wherever its reader is; the very moment when that would be today."""
    day = last_full_day(until)
    if day > (datetime.fromtimestamp(now, UTC) + FIRST_ZONE).date():
        return long_date(day, locale)
    moment = datetime.fromtimestamp(until, UTC)
    time = format_time(moment, "short", tzinfo=UTC, locale=locale)
    return f"{long_date(moment.date(), locale)}, {time} UTC"


def _invoice(invoice: OpenInvoice, locale: Locale) -> Mapping[str, object]:
    return {"url": invoice.url, "amount": money(invoice.to_pay, invoice.currency, str(locale))}
