"""Modals and home tabs: each person's stack, and what is written into it."""

import secrets
from dataclasses import dataclass, field

from sandbox.feed import Feed
from sandbox.slack.model import Json
from sandbox.slack.payloads import view_json

STACK_LIMIT = 3


class ViewError(Exception):
    """A view that cannot be shown; `code` is Slack's word for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class View:
    """One modal or home tab. `state` holds what the person filled in, `errors` what the bot refused.

    `offered` has the options that were loaded into menus, by block id.
    """

    id: str
    user: str
    definition: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    state: Json = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    offered: dict[str, list[Json]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Return the blocks, where menus that load their options hold those that were loaded."""
        return [
            {**block, "element": {**block["element"], "options": self.offered[block["block_id"]]}}
            if block.get("block_id") in self.offered and "element" in block
            else block
            for block in self.definition["blocks"]
        ]

    def to_slack(self) -> Json:
        """Return the view with its generated block ids and the state."""
        facts = {"hash": self.hash, "root_view_id": self.root_id, "previous_view_id": self.previous_id}
        return view_json(self.id, self.definition, self.state, facts)


class Views:
    """Every open view, by person."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def reset(self) -> None:
        """Close everything."""
        self._stacks.clear()
        self._homes.clear()

    def stack(self, user: str) -> list[View]:
        """Return a person's modals, the one on top last."""
        return list(self._stacks.get(user, []))

    def home(self, user: str) -> View | None:
        """Return a person's home tab, once the app has published one."""
        return self._homes.get(user)

    def open(self, user: str, definition: Json) -> View:
        """Show a modal, instead of any that is open."""
        self._refuse_known_external_id(definition)
        view = self._new(user, definition)
        self._stacks[user] = [view]
        self._announce(user)
        return view

    def push(self, user: str, definition: Json) -> View:
        """Put a modal on top.

        Raises:
            ViewError: nothing is open to push onto, or three are open already.
        """
        stack = self._stacks.get(user)
        if not stack:
            raise ViewError("not_found")
        if len(stack) >= STACK_LIMIT:
            raise ViewError("push_limit_reached")
        self._refuse_known_external_id(definition)
        view = self._new(user, definition, root_id=stack[0].id, previous_id=stack[-1].id)
        stack.append(view)
        self._announce(user)
        return view

    def update(self, view: View, definition: Json, expected_hash: str = "") -> View:
        """Replace the content of a view; values stay where block and action id stay.

        Raises:
            ViewError: somebody changed it since `expected_hash`.
        """
        if expected_hash and expected_hash != view.hash:
            raise ViewError("hash_conflict")
        view.definition = with_block_ids(definition)
        view.hash = _new_hash()
        view.errors = {}
        kept = {block["block_id"] for block in view.definition.get("blocks", [])}
        view.state = {block_id: values for block_id, values in view.state.items() if block_id in kept}
        self._announce(view.user)
        return view

    def publish(self, user: str, definition: Json, expected_hash: str = "") -> View:
        """Set a person's home tab.

        Raises:
            ViewError: it changed since `expected_hash`.
        """
        home = self._homes.get(user)
        if home is None:
            home = self._homes[user] = self._new(user, definition)
        else:
            self.update(home, definition, expected_hash)
        self._feed.publish("home", user=user)
        return home

    def find(self, view_id: str = "", external_id: str = "") -> View | None:
        """Return an open view by either id."""
        return next(
            (
                view
                for view in self._all()
                if (view_id and view.id == view_id)
                or (external_id and view.definition.get("external_id") == external_id)
            ),
            None,
        )

    def refuse(self, view: View, errors: dict[str, str]) -> None:
        """Show the bot's complaints below the inputs."""
        view.errors = errors
        self._announce(view.user)

    def close(self, view: View) -> None:
        """Close a modal; the one below shows again. One that was opened in its place meanwhile stays."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            stack.remove(view)
        self._announce(view.user)

    def close_all(self, view: View) -> None:
        """Close a modal with all that are below and above it."""
        if view in self._stacks.get(view.user, []):
            del self._stacks[view.user]
        self._announce(view.user)

    def _all(self) -> list[View]:
        return [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())

    def _announce(self, user: str) -> None:
        self._feed.publish("view", user=user)

    def _refuse_known_external_id(self, definition: Json) -> None:
        external_id = definition.get("external_id")
        if external_id and self.find(external_id=external_id):
            raise ViewError("duplicate_external_id")

    def _new(
        self, user: str, definition: Json, *, root_id: str | None = None, previous_id: str | None = None
    ) -> View:
        view_id = f"V{secrets.token_hex(5).upper()}"
        return View(view_id, user, with_block_ids(definition), _new_hash(), root_id or view_id, previous_id)


def with_block_ids(definition: Json) -> Json:
    """Return the view with an id on every block, as Slack gives them."""
    return {**definition, "blocks": named_blocks(definition.get("blocks", []))}


def named_blocks(blocks: list[Json]) -> list[Json]:
    """Return the blocks with ids on them, and on their elements that lack one."""
    return [
        {**_named_elements(block), "block_id": block.get("block_id") or secrets.token_hex(3)}
        for block in blocks
    ]


def _named_elements(block: Json) -> Json:
    named = dict(block)
    for place in ("accessory", "element"):
        if isinstance(element := block.get(place), dict):
            named[place] = _named(element)
    if block.get("type") in {"actions", "context_actions"}:
        named["elements"] = [_named(element) for element in block.get("elements", [])]
    return named


def _named(element: Json) -> Json:
    if element.get("type") in {"image", "mrkdwn", "plain_text"}:
        return element
    return {**element, "action_id": element.get("action_id") or secrets.token_urlsafe(4)}


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
