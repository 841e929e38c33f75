"""The `[mail]` section of the settings file."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.portal.locales import SESSION_LOCALES, nearest_locale
from bot.setting_texts import fitting, split_url

_color = fitting(r"#[0-9a-fA-F]{6}", "expected a color like #0b5fff")


def _logo(address: str) -> str:
    if split_url(address).scheme != "https":
        raise ValueError("expected an https:// address")
    return address


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError("expected a folder that exists")
    return path


def _language(tag: str) -> str:
    known = nearest_locale(tag)
    if known is None:
        raise ValueError(f"expected a language of the portal: {', '.join(sorted(SESSION_LOCALES))}")
    return known


class MailTable(BaseModel):
    """How mails look, and how many one customer may get.

    `language` is that of mails to customers who have none in Stripe.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    templates: Annotated[Path, AfterValidator(_folder)] | None = None
    language: Annotated[str, AfterValidator(_language)] = "en"
    logo_url: Annotated[str, AfterValidator(_logo)] | None = None
    logo_dark_url: Annotated[str, AfterValidator(_logo)] | None = None
    color: Annotated[str, AfterValidator(_color)] = "#0b5fff"
    minutes_between: int = Field(default=10, ge=0)
    per_day: int = Field(default=5, ge=1)
