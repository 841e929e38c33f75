"""The `[slack]` section of the settings file."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.words import messages_folder
from bot.words.languages import spoken, spoken_tag
from bot.words.writing import ENGLISH


def _language(text: str) -> str:
    tags = spoken(messages_folder())
    tag = spoken_tag(text, tags)
    if tag is None:
        raise ValueError(f"expected a language that the bot speaks: {', '.join(tags)}")
    return tag


class SlackTable(BaseModel):
    """How the bot speaks in Slack: `language` is that of messages in channels, which several people read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Annotated[str, AfterValidator(_language)] = ENGLISH
