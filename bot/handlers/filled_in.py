"""The part of Slack's payloads that says what was filled in in a window."""

from collections.abc import Mapping

from pydantic import BaseModel, Field


class Option(BaseModel):
    """A choice of a menu."""

    value: str = ""


class Input(BaseModel):
    """One input: typed, chosen, or ticked."""

    value: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] = Field(default_factory=list)

    @property
    def given(self) -> str:
        """What the person gave; empty for nothing. Of several ticked boxes the first."""
        chosen = self.selected_option or next(iter(self.selected_options), None)
        return (chosen.value if chosen else self.value) or ""


class _State(BaseModel):
    values: dict[str, dict[str, Input]] = Field(default_factory=dict)


class View(BaseModel):
    """A window; `private_metadata` is its view_state as JSON."""

    id: str = ""
    private_metadata: str = ""
    state: _State = Field(default_factory=_State)

    @property
    def fields(self) -> Mapping[str, str]:
        """What was given, by block id."""
        values = self.state.values
        return {block: next(iter(inputs.values())).given for block, inputs in values.items() if inputs}
