"""Every mail in every language: whole, translated, on one line where it must be, safe whatever is put in."""

import re
from datetime import UTC, datetime, time, timedelta, timezone
from gettext import c2py
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot.durations import DAY
from bot.mail.addresses import read_address
from bot.mail.contrast import contrast, readable_on
from bot.mail.mail import Mail, RenderedMail, State
from bot.mail.message import Sender, envelope
from bot.mail.sanitize import LONGEST_NOTE
from bot.mail.templates import (
    LINK,
    LONGEST_SUBJECT,
    TEMPLATES,
    Contents,
    MailTemplates,
    Merchant,
    OpenInvoice,
    last_full_day,
)
from bot.portal.locales import AUTO, SESSION_LOCALES
from bot.portal.translations import FALLBACKS, cldr_locale
from bot.words import messages_folder

NOW = 1_800_000_000
UNTIL = NOW + 7 * 86_400
MERCHANT = Merchant("Tea & Co", "help@tea.example")
MAIL_TEMPLATES = MailTemplates(messages_folder())
LANGUAGES = sorted(SESSION_LOCALES)
NAMELESS = {"cs", "el", "hr", "lt", "lv", "pl"}
"""Languages in which a name in a greeting would inflect: they greet without it."""
LOCALES = messages_folder() / "locales"


def write(
    template: str = "login_link", locale: str = "en", name: str | None = "Jenny Rosen", note: str = ""
) -> RenderedMail:
    link = "https://billing.stripe.com/p/login/test_1?prefilled_email=jenny%2Btag%40example.com"
    until = UNTIL if template == "recovery_link" else None
    contents = Contents(template, locale, name, LINK if until else link, note, until)
    return MAIL_TEMPLATES.write(contents, MERCHANT, NOW)


class Page(HTMLParser):
    """What a mail program reads in a page: its tags, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if tag == "a" and name == "href"]


def catalog(locale: str) -> dict[str, tuple[str, ...]]:
    with (LOCALES / locale / "LC_MESSAGES" / "mail.po").open("rb") as file:
        found = {}
        for each in read_po(file):
            english = each.id[0] if isinstance(each.id, tuple) else each.id
            texts = each.string if isinstance(each.string, tuple | list) else (each.string,)
            if english and not each.fuzzy:
                found[str(english)] = tuple(text or "" for text in texts)
        return found


ENGLISH = catalog("en")


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_string_of_the_templates_is_translated(locale: str) -> None:
    known = {text for each in (FALLBACKS.get(locale), locale) if each for text in catalog(each)}
    if locale.startswith("en"):
        known |= set(ENGLISH)
    assert known == set(ENGLISH)
    for english, texts in catalog(locale).items():
        assert all(text.strip() for text in texts), english
        assert locale.startswith("en") or texts[0] != english


@pytest.mark.parametrize("locale", LANGUAGES)
def test_no_placeholder_is_missing_or_made_up(locale: str) -> None:
    placeholders = ("%(merchant)s", "%(name)s", "%(email)s", "%(num)d", "%(date)s")
    for english, texts in catalog(locale).items():
        for text in texts:
            for each in placeholders:
                if (each, english) == ("%(name)s", "Hello %(name)s,") and locale in NAMELESS:
                    continue
                assert text.count(each) == english.count(each), (text, each)
            assert text.count("%") == sum(text.count(each) for each in placeholders)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_mail_renders_in_every_language(locale: str, template: str) -> None:
    rendered = write(template, locale)
    assert 0 < len(rendered.subject) <= LONGEST_SUBJECT
    assert "…" not in rendered.subject
    assert "\n" not in rendered.subject
    for body in (rendered.text, rendered.html):
        assert ("Jenny Rosen" in body) is (locale not in NAMELESS)
        assert "help@tea.example" in body
        assert "%(" not in body
        assert "{{" not in body
    assert f'lang="{locale}"' in rendered.html
    assert 'dir="ltr"' in rendered.html
    if template == "recovery_link":
        assert LINK in rendered.text
        assert rendered.html.count(LINK) == 3
    if not locale.startswith("en"):
        assert rendered.subject != write(template, "en").subject
        assert "Open billing page" not in rendered.text


def test_every_catalog_says_that_no_native_speaker_has_read_it() -> None:
    for locale in LANGUAGES:
        text = (LOCALES / locale / "LC_MESSAGES" / "mail.po").read_text(encoding="utf-8")
        assert "X-Read-By-Native-Speaker: no" in text
        assert cldr_locale(locale).text_direction == "ltr"


@pytest.mark.parametrize("locale", [tag for tag in LANGUAGES if not tag.startswith("en-")])
def test_numbers_take_the_forms_that_cldr_gives_them(locale: str) -> None:
    with (LOCALES / locale / "LC_MESSAGES" / "mail.po").open("rb") as file:
        choose = c2py(read_po(file).plural_expr)
    forms = {number: (choose(number), cldr_locale(locale).plural_form(number)) for number in range(1, 201)}
    # Each form of ours stands for one of CLDR's.
    assert len({ours for ours, _ in forms.values()}) == len(set(forms.values()))


@pytest.mark.parametrize(("locale", "said"), [
    ("fr", "1er août 2026"), ("fr-CA", "1er août 2026"), ("pt-BR", "1º de agosto de 2026"),
    ("de", "1. August 2026"), ("th", "1 สิงหาคม 2026"),
])  # fmt: skip
def test_a_day_is_written_as_people_write_it(locale: str, said: str) -> None:
    until = int(datetime(2026, 8, 2, 14, tzinfo=UTC).timestamp())
    contents = Contents("recovery_link", locale, None, LINK, until=until)
    assert said in MAIL_TEMPLATES.write(contents, MERCHANT, until - 7 * DAY).text


def test_numbers_get_the_form_of_their_language() -> None:
    def polish(days: int) -> str:
        contents = Contents("recovery_link", "pl", None, LINK, until=NOW + days * 86_400)
        return MAIL_TEMPLATES.write(contents, MERCHANT, NOW).text

    assert "1 dzień" in polish(1)
    assert "2 dni" in polish(2)


def test_a_mail_needs_nothing_from_elsewhere() -> None:
    html = write().html
    assert "<img" not in html
    assert "@import" not in html
    assert "prefers-color-scheme: dark" in html
    assert 'width="600"' in html
    assert "style=" in html


def test_a_logo_stands_in_place_of_the_name_and_says_the_name() -> None:
    merchant = Merchant("Tea & Co", None, "https://tea.example/logo.png")
    html = MAIL_TEMPLATES.write(Contents("login_link", "en", None, "https://x.example"), merchant, NOW).html
    assert 'src="https://tea.example/logo.png"' in html
    assert 'alt="Tea &amp; Co"' in html


def test_a_dark_background_has_a_logo_of_its_own_where_there_is_one() -> None:
    merchant = Merchant("Tea & Co", None, "https://tea.example/a.png", "https://tea.example/dark.png")
    html = MAIL_TEMPLATES.write(Contents("login_link", "en", None, "https://x.example"), merchant, NOW).html
    assert re.search(r'class="logo dark"[^>]*src="https://tea.example/dark.png"[^>]*display: none', html)


@pytest.mark.parametrize("template", TEMPLATES)
def test_an_inbox_shows_what_the_mail_is_for_and_the_address_of_support_can_be_tapped(template: str) -> None:
    html = write(template).html
    ahead = html.partition('class="ahead"')[2].partition("</div>")[0]
    assert ("until January" if template == "recovery_link" else "payment method and invoices") in ahead
    assert "mailto:help@tea.example" in Page(html).links


@pytest.mark.parametrize("template", TEMPLATES)
def test_outlook_pads_the_button_and_the_expiry_stands_on_a_line_of_its_own(template: str) -> None:
    html = write(template).html
    button = html.partition('class="button"')[2].partition(">")[0]
    assert "mso-padding-alt: 14px 28px" in button
    assert 'bgcolor="' in button
    expiry = re.findall(r'<p class="until"[^>]*>(This link works for 7 days, until [^<.]*\.)</p>', html)
    assert len(expiry) == (template == "recovery_link")


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_the_button_can_be_read_on_any_color(color: str) -> None:
    assert contrast(readable_on(color), color) >= 4.5


def test_a_merchant_replaces_a_template_and_a_single_string(tmp_path: Path) -> None:
    own = tmp_path / "email" / "login_link"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("Tea time, {{ name }}")
    po = tmp_path / "locales" / "de" / "LC_MESSAGES" / "mail.po"
    po.parent.mkdir(parents=True)
    po.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Open billing page"\nmsgstr "Zum Teekonto"\n'
    )
    templates = MailTemplates(messages_folder(), tmp_path)
    rendered = templates.write(Contents("login_link", "de", "Jenny", "https://x.example"), MERCHANT, NOW)
    assert rendered.subject == "Tea time, Jenny"
    assert "Zum Teekonto" in rendered.html
    assert "Guten Tag Jenny," in rendered.text


def test_without_a_language_it_is_english() -> None:
    assert write(locale=AUTO).subject == write(locale="en").subject


ZONES = [timezone(timedelta(hours=hours)) for hours in range(-12, 15)]
MOMENTS = st.integers(NOW, NOW + 400 * DAY)


@given(MOMENTS, st.integers(DAY, 30 * DAY))
def test_the_last_day_of_a_personal_link_is_a_full_one_everywhere_on_earth(now: int, seconds: int) -> None:
    until = now + seconds
    last = last_full_day(until)
    ends = [datetime.combine(last + timedelta(days=1), time(), zone).timestamp() for zone in ZONES]
    assert max(ends) <= until
    assert max(ends) + DAY > until
    said = MAIL_TEMPLATES.write(Contents("recovery_link", "en", None, LINK, until=until), MERCHANT, now).text
    begun = max(datetime.fromtimestamp(now, zone).date() for zone in ZONES)
    if last > begun:
        assert f"until {last:%B} {last.day}, {last.year}." in said
    else:  # a day that is over already somewhere helps nobody: the moment does
        assert " UTC." in said


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_an_open_invoice_is_offered_in_the_language_of_the_letter(locale: str, template: str) -> None:
    page = "https://invoice.stripe.com/i/acct_1/test_1?s=ap&x=1"
    until = UNTIL if template == "recovery_link" else None
    contents = Contents(template, locale, None, LINK, "", until, OpenInvoice(page, 6_000, "eur"))
    rendered = MAIL_TEMPLATES.write(contents, MERCHANT, NOW)
    assert f": {page}\n" in rendered.text
    assert page.replace("&", "&amp;") in rendered.html
    assert re.search(r"60[.,]00", rendered.text.replace("\xa0", " "))
    english = "An invoice is still open."
    assert (english in rendered.text) is locale.startswith("en")
    assert page not in write(template, locale).text


HOSTILE = [
    "a\r\nBcc: everybody@example.com",
    "a\nSubject: other",
    "{{ merchant.__class__ }}",
    "{% for x in y %}",
    "<script>alert(1)</script>",
    "\u202egnp.exe\u202c",
    "\u2028\u2029\x00\x07\ud800",
    "%(merchant)s %s %",
    "x" * 10_240,
    "=?utf-8?q?=0d=0aBcc:_a@example.com?=",
]


def headers(rendered: RenderedMail, recipient: str = "jenny@example.com") -> list[tuple[str, str]]:
    from email import message_from_bytes, policy

    mail = Mail(
        id="mail_1", request_key=None, created_at=NOW, actor="U1", customer="cus_1", livemode=False,
        template="login_link", locale="en", recipient=recipient, subject=rendered.subject, text=rendered.text,
        html=rendered.html, session=None, state=State.QUEUED, attempt=0, due_at=NOW, give_up_at=NOW,
    )  # fmt: skip
    sender = Sender("Tea & Co", read_address("billing@tea.example"), read_address("help@tea.example"))
    ready = envelope(mail, rendered, sender, read_address(recipient), NOW)
    parsed = message_from_bytes(ready.message, policy=policy.default)
    assert parsed.is_multipart()
    return [(name, str(value)) for name, value in parsed.items()]


EXPECTED = [name for name, _ in headers(write())]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_strangers_write_changes_no_header_and_renders_nothing(text: str) -> None:
    rendered = write(name=text, note=text)
    found = headers(rendered)
    assert [name for name, _ in found] == EXPECTED
    assert dict(found)["To"] == "jenny@example.com"
    assert "<script" not in rendered.html
    assert "\u202e" not in rendered.text
    assert "object at" not in rendered.text
    if text.startswith("{"):
        assert text in rendered.text
    assert len(rendered.subject) <= LONGEST_SUBJECT


@given(st.text(max_size=200), st.text(max_size=2000))
def test_any_text_gives_a_mail(name: str, note: str) -> None:
    rendered = write(name=name, note=note)
    assert [each for each, _ in headers(rendered)] == EXPECTED
    assert len(rendered.text) < 4000 + LONGEST_NOTE


def test_a_hostile_merchant_name_stays_in_its_header() -> None:
    merchant = Merchant('Tea\r\nBcc: a@example.com "<b>', None)
    rendered = MAIL_TEMPLATES.write(Contents("login_link", "en", "Jenny", "https://x.example"), merchant, NOW)
    assert [name for name, _ in headers(rendered)] == EXPECTED


@pytest.mark.parametrize("locale", ["ja", "zh", "zh-HK", "zh-TW"])
def test_where_the_full_stop_brings_its_own_space_there_is_no_other(locale: str) -> None:
    for template in TEMPLATES:
        assert "。 " not in write(template, locale).html


def test_elsewhere_sentences_are_apart() -> None:
    assert "Tea &amp; Co. You can manage" in write().html


def test_the_language_of_the_mail_chooses_the_font_for_its_script() -> None:
    html = write(locale="ja").html
    assert not [script for script in ("PingFang", "YaHei", "Hiragino", "CJK") if script in html]


def test_a_link_in_the_html_opens_its_address_and_cannot_leave_its_attribute() -> None:
    link = 'https://x.example/a?b=1&copy=2"><script>alert(1)</script><a href="https://evil.example'
    for template in TEMPLATES:
        rendered = MAIL_TEMPLATES.write(Contents(template, "en", "Jenny", link, until=UNTIL), MERCHANT, NOW)
        page = Page(rendered.html)
        assert page.links == [link, link, "mailto:help@tea.example"]
        assert "script" not in page.tags
        assert link in rendered.text
