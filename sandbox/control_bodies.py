"""The bodies of requests to the control API."""

from pydantic import BaseModel, ConfigDict, Field


class Body(BaseModel):
    """A request body; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class TypeBody(Body):
    """What stands in the composer."""

    user: str
    channel: str
    text: str = Field(min_length=1, max_length=40_000)
    thread_ts: str | None = None


class ClickBody(Body):
    """A press or a choice: in a message (`channel`, `ts`) or in a view (`view`)."""

    user: str
    block: str
    action: str
    channel: str = ""
    ts: str = ""
    view: str = ""
    values: list[str] = []
    state: dict[str, dict[str, list[str]]] = {}


class SubmitBody(Body):
    """A modal's submit button and what is filled in."""

    user: str
    view: str
    state: dict[str, dict[str, list[str]]] = {}


class CloseBody(Body):
    """A modal's cancel button."""

    user: str
    view: str
    all: bool = False


class ShortcutBody(Body):
    """An entry in a message's menu; without a message, in the shortcuts menu."""

    user: str
    channel: str = ""
    ts: str = ""
    callback_id: str = "billing_help"


class SuggestBody(Body):
    """What is typed into a menu that loads its options."""

    user: str
    view: str
    block: str
    value: str


class HomeBody(Body):
    """A click on a tab of the app."""

    user: str
    tab: str = "home"


class FaultBody(Body):
    """A fault: `target` is slack, smtp or stripe; the README beside this file lists the kinds."""

    target: str
    kind: str
    match: str = "*"
    times: int | None = Field(default=None, ge=1)
    seconds: float = Field(default=1.0, ge=0, le=300)


class ClearBody(Body):
    """A fault to switch off; without a target, all of them."""

    target: str = ""
    kind: str = ""


class ExpireBody(Body):
    """A response URL that should be half an hour old."""

    response_url: str


class HappenBody(Body):
    """What should happen: to one customer, or, with `times`, to as many customers as that."""

    kind: str
    customer: str = ""
    times: int = Field(default=1, ge=1, le=200)


class DashboardBody(Body):
    """What the merchant does in Stripe's Dashboard."""

    step: str
