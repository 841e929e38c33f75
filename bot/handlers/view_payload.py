"""The `view` of Slack's modal payloads, with what the person typed and chose in it."""

from collections.abc import Mapping

from pydantic import BaseModel, Field


class Option(BaseModel):
    """An option of a menu or of checkboxes."""

    value: str = ""


class Input(BaseModel):
    """The state of one input, or what was pressed: a text, a chosen option or person, ticked checkboxes."""

    value: str | None = None
    selected_user: str | None = None
    selected_option: Option | None = None
    selected_options: list[Option] | None = None

    @property
    def given(self) -> str:
        """Return the text, or what was chosen: a person's id, or the value of the (first) option.

        Empty when nothing was given.
        """
        chosen = self.selected_option or next(iter(self.selected_options or ()), None)
        return (chosen.value if chosen else self.selected_user or self.value) or ""

    @property
    def filled_in(self) -> str | list[str] | None:
        """Return a text or the chosen option, None for neither; of several options a list."""
        if self.selected_options is not None:
            return [each.value for each in self.selected_options]
        return self.selected_option.value if self.selected_option else self.value


class Action(Input):
    """A button that was pressed, or an input that was changed."""

    action_id: str = ""
    block_id: str = ""


class State(BaseModel):
    """What is filled in, by block and action."""

    values: dict[str, dict[str, Input]] = Field(default_factory=dict)

    @property
    def ticked(self) -> list[str]:
        """Return the values of every ticked checkbox."""
        inputs = (each for block in self.values.values() for each in block.values())
        return [option.value for each in inputs for option in each.selected_options or ()]


class View(BaseModel):
    """A modal, or the App Home; `private_metadata` is a `ModalMetadata` as JSON."""

    id: str = ""
    type: str = ""
    private_metadata: str = ""
    state: State = Field(default_factory=State)

    @property
    def fields(self) -> Mapping[str, str]:
        """Return what was given, by block id."""
        values = self.state.values
        return {block: next(iter(inputs.values())).given for block, inputs in values.items() if inputs}
