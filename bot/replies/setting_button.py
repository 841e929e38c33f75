"""The button of a finding that a setting causes: a lead changes it, an agent asks for the change."""

from bot.portal.configuring.repairs import Repair
from bot.replies.button import Button
from bot.words import Words

ACTION = "setting"
PAGE_ACTION = "config_open"


def setting_button(words: Words, repair: Repair | None, *, may_change: bool, key: str = "") -> Button | None:
    """Return the button for a repair, None without one.

    `key` tells it from its neighbors, the rule by default. Who presses it is looked up again then.
    """
    if repair is None:
        return None
    key = key or str(repair.rule or "setting")
    short = repair.for_a_button()
    if short is None:  # a long list of products: the window shows it, and it is changed there
        return page_button(words, "edit_configuration", repair.configuration, "products", key)
    label = words.sentence("buttons", "change_setting" if may_change else "ask_for_change")
    return Button(key, label, short.written(), action=ACTION)


def page_button(words: Words, label: str, configuration: str, page: str, key: str) -> Button:
    """Return the button that opens a page of the settings, to fill in what only people know."""
    return Button(key, words.sentence("buttons", label), f"{configuration} {page}", action=PAGE_ACTION)
