"""The `[approvals]` section of the settings file."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.setting_texts import CHANNEL, fitting

_channel = fitting(CHANNEL, "expected a channel: its id (C…) or #name")


class Approvals(BaseModel):
    """Where changes of the portal's settings are asked for, and who may approve them.

    Without `channel` it is ALERT_CHANNEL. With `four_eyes` nobody approves their own request in live mode.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: Annotated[str, AfterValidator(_channel)] | None = None
    four_eyes: bool = True
