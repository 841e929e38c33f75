"""Mails as a customer sees them: on a phone and on a desk, light and dark, in eight languages."""

from itertools import product

import pytest
from playwright.sync_api import Browser

from bot.mail.templates import LINK, Contents, MailTemplates, Merchant, OpenInvoice
from bot.words import messages_folder

pytestmark = pytest.mark.browser

NOW = 1_800_000_000
LANGUAGES = ("en", "de", "fr", "pl", "el", "ja", "th", "zh-TW")
MERCHANT = Merchant("Tea & Co", "a-long-address-for-questions@support.tea.example", color="#ffd400")
TEXTS = "p, p a, .brand, .button a, .note, .note strong"
CONTRASTS = """
elements => elements.map(element => {
  const light = color => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(each => each / 255)
      .map(each => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  let behind = element;
  while (/rgba\\(.*, 0\\)/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const [a, b] = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})
"""


def page_of(template: str, locale: str) -> str:
    until = NOW + 7 * 86_400 if template == "recovery_link" else None
    invoice = OpenInvoice("https://invoice.stripe.com/i/acct_1/test_1", 6_000, "eur")
    contents = Contents(template, locale, "Jenny Rosen", LINK, "Thank you for calling.", until, invoice)
    return MailTemplates(messages_folder()).write(contents, MERCHANT, NOW).html


def test_every_mail_fits_and_can_be_read(browser: Browser) -> None:
    for width, scheme in product((375, 600), ("light", "dark")):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for locale, template in product(LANGUAGES, ("login_link", "recovery_link")):
            page.set_content(page_of(template, locale))
            about = (locale, template, width, scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, about
            assert min(page.eval_on_selector_all(TEXTS, CONTRASTS)) >= 4.5, about
            button = page.locator(".button a").bounding_box()
            assert button, about
            assert button["height"] >= 44, about
            assert (button["width"] > 0.8 * width) is (width == 375), about
            assert width == 600 or button["width"] > 300, about
        page.close()
