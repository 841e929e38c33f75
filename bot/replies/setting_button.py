"""The button of a finding that a setting causes: a lead changes it, an agent asks for the change."""

from bot.portal.configuring.repairs import Repair
from bot.replies.button import Button, button
from bot.words import Words

ACTION = "setting"


def setting_button(words: Words, repair: Repair | None, *, may_change: bool, key: str = "") -> Button | None:
    """Return the button for a repair, None without one.

    `key` tells it from its neighbors, the rule by default. Who presses it is looked up again then.
    """
    if repair is None:
        return None
    if not repair.fits_a_button:  # a long list of products: the window shows it, and it is changed there
        return button(words, "edit_configuration", f"config {repair.configuration} edit", key=f"edit-{key}")
    label = words.sentence("buttons", "change_setting" if may_change else "ask_for_change")
    return Button(key or str(repair.rule or "setting"), label, repair.written(), action=ACTION)
