"""The `view` of Slack's modal payloads, with what the person typed and chose in it."""

from collections.abc import Mapping

from pydantic import BaseModel, Field


class Option(BaseModel):
    """An option of a menu or of checkboxes."""

    value: str = ""


class Input(BaseModel):
    """The state of one input: a text, a chosen option or person, or ticked checkboxes."""

    value: str | None = None
    selected_user: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] = Field(default_factory=list)

    @property
    def given(self) -> str:
        """Return the text, or what was chosen: a person's id, or the value of the (first) option.

        Empty when nothing was given.
        """
        chosen = self.selected_option or next(iter(self.selected_options), None)
        return (chosen.value if chosen else self.selected_user or self.value) or ""


class State(BaseModel):
    """What is filled in, by block and action."""

    values: dict[str, dict[str, Input]] = Field(default_factory=dict)

    @property
    def ticked(self) -> list[str]:
        """Return the values of every ticked checkbox."""
        inputs = (each for block in self.values.values() for each in block.values())
        return [option.value for each in inputs for option in each.selected_options]


class ViewPlace(BaseModel):
    """The modal or App Home in which something was pressed."""

    id: str = ""
    type: str = ""


class View(BaseModel):
    """A modal; `private_metadata` is a `ModalMetadata` as JSON."""

    id: str = ""
    private_metadata: str = ""
    state: State = Field(default_factory=State)

    @property
    def fields(self) -> Mapping[str, str]:
        """Return what was given, by block id."""
        values = self.state.values
        return {block: next(iter(inputs.values())).given for block, inputs in values.items() if inputs}
