"""The window in which a configuration is edited, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.changes.change import Change
from bot.portal.configuring.limits import PRODUCTS
from bot.portal.configuring.table import BY_PATH, Setting, Shape
from bot.portal.models import Price
from bot.replies.configuration_changes import entry_of, title_of
from bot.replies.price import price_name
from bot.words import Words

EDIT_CALLBACK = "config_edit"
PAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "general": ("name", "active", "business_profile.", "default_return_url", "login_page."),
    "features": (
        "features.customer_update.",
        "features.invoice_history.",
        "features.payment_method_update.",
    ),
    "cancel": ("features.subscription_cancel.", "features.subscription_pause."),
    "updates": ("features.subscription_update.",),
    "products": (PRODUCTS,),
}
"""The pages, and the beginnings of the paths that stand on them; Slack's windows hold a hundred blocks."""
FOCUSED: Final[Mapping[str, tuple[str, ...]]] = {
    "policies": ("business_profile.",),
    "return_url": ("default_return_url",),
}
"""Pages that stand alone, for one step of the set-up."""
PRICES, QUANTITY, MORE = "prices:", "quantity:", "more_products"
MOST_OPTIONS: Final = 100
"""Options that Slack allows in a menu."""
LONGEST_INPUT: Final = 3_000


@dataclass(frozen=True, slots=True)
class Choice:
    """An option of a menu."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One input. `kind` is text, flag, one, some or many (a menu of several); `chosen` what it holds now."""

    block: str
    kind: str
    title: str
    hint: str = ""
    value: str = ""
    longest: int = LONGEST_INPUT
    options: tuple[Choice, ...] = ()
    chosen: tuple[Choice, ...] = field(default=())


def settings_on(page: str) -> tuple[Setting, ...]:
    """Return the settings of a page, the list of products left out: it has a page of its own."""
    return tuple(
        setting
        for path, setting in BY_PATH.items()
        if path.startswith({**PAGES, **FOCUSED}[page]) and (path != PRODUCTS) is (page != "products")
    )


def edit_view(
    words: Words,
    draft: Change,
    page: str,
    metadata: str,
    offered: Mapping[str, Sequence[Price]] | None = None,
    problem: str = "",
) -> dict[str, Any]:
    """Return the window with one page; `offered` are the prices of the products, for their page."""
    settings = {**draft.before, **draft.after}
    fields = (
        _products(words, settings[PRODUCTS], offered or {})
        if page == "products"
        else [_field(words, setting, settings[setting.path]) for setting in settings_on(page)]
    )
    return words.view(
        "config_edit",
        metadata=metadata,
        name=draft.name or draft.configuration,
        configuration=draft.configuration,
        livemode=draft.livemode,
        pages=[]
        if page in FOCUSED
        else [{"key": key, "label": words.sentence("edit_pages", key), "here": key == page} for key in PAGES],
        problem=problem,
        fields=fields,
        lists=page == "products" or any(BY_PATH[each.block].shape.is_list for each in fields),
    )


def _field(words: Words, setting: Setting, value: Any) -> Field:
    title, shape = title_of(words, setting.path), setting.shape
    if shape is Shape.FLAG:
        return Field(setting.path, "flag", title, value="on" if value else "")
    if shape is Shape.CHOICE:
        options = tuple(Choice(each, _spoken(each)) for each in setting.choices)
        return Field(
            setting.path,
            "one",
            title,
            options=options,
            chosen=tuple(each for each in options if each.value == value),
        )
    if shape in {Shape.CHOICES, Shape.CONDITIONS}:
        held = {each["type"] if shape is Shape.CONDITIONS else each for each in value}
        options = tuple(Choice(each, _spoken(each)) for each in setting.choices)
        chosen = tuple(each for each in options if each.value in held)
        return Field(setting.path, "some", title, options=options, chosen=chosen)
    if not shape.is_list:
        return Field(setting.path, "text", title, "", value or "", setting.longest or LONGEST_INPUT)
    hint = words.sentence("edit_pages", "durations" if shape is Shape.DURATIONS else "ids")
    written = ", ".join(entry_of(words, setting.path, each) for each in value)
    return Field(setting.path, "text", title, hint, written)


def _products(
    words: Words, entries: Sequence[Mapping[str, Any]], offered: Mapping[str, Sequence[Price]]
) -> list[Field]:
    fields: list[Field] = []
    for position, entry in enumerate(entries, 1):
        product, known = entry["product"], {price.id: price for price in offered.get(entry["product"], ())}
        named = next((price.product_name for price in known.values() if price.product_name), None)
        named = named or words.sentence("edit_pages", "nameless", {"position": position})
        listed = [*entry["prices"], *(each for each in known if each not in entry["prices"])]
        options = tuple(Choice(each, price_name(words, known.get(each))) for each in listed)[:MOST_OPTIONS]
        chosen = tuple(each for each in options if each.value in entry["prices"])
        title = words.sentence("edit_pages", "prices_of", {"product": named})
        fields.append(
            Field(
                f"{PRICES}{product}",
                "many",
                title,
                words.sentence("edit_pages", "none_removes"),
                "",
                0,
                options,
                chosen,
            )
        )
        title = words.sentence("edit_pages", "quantity_of", {"product": named})
        hint = words.sentence("edit_pages", "quantity_hint")
        fields.append(Field(f"{QUANTITY}{product}", "text", title, hint, _bounds(entry), 20))
    more = words.sentence("edit_pages", "more")
    fields.append(Field(MORE, "text", more, words.sentence("edit_pages", "more_hint")))
    return fields


def _bounds(entry: Mapping[str, Any]) -> str:
    """Write the bounds of a quantity as they are typed: nothing when it is fixed."""
    quantity = entry.get("adjustable_quantity") or {}
    if not quantity.get("enabled"):
        return ""
    least, most = quantity.get("minimum"), quantity.get("maximum")
    return f"{'' if least is None else least}-{'' if most is None else most}"


def _spoken(word: str) -> str:
    return word.replace("_", " ")
