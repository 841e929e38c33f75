"""Making and changing portal configurations."""

from sandbox.stripe.actions.changes import Desk
from sandbox.stripe.annotations import StripeObject, params_class
from sandbox.stripe.errors import invalid_request
from sandbox.stripe.events import Events
from sandbox.stripe.forms import Form
from sandbox.stripe.parameters import Parameters, check
from sandbox.stripe.world import World

KIND = "billing_portal.configuration"
MOST_PRODUCTS = 10


class PortalConfigurations:
    """Saves configurations, and tells the webhook."""

    def __init__(self, base_url: str, events: Events) -> None:
        self._base_url = base_url
        self._events = events

    def save(self, world: World, configuration_id: str, form: Form) -> tuple[StripeObject, list[str]]:
        """Change a configuration, or make one when there is no id; also what of it is to be expanded."""
        name = "Update" if configuration_id else "Create"
        params = check(form, params_class(f"billing_portal.Configuration{name}Params"))
        expand = params.pop("expand", [])
        if configuration_id:
            changed = world.require(KIND, configuration_id)
            wanted = _merged(changed, params)
            _check(wanted)
            wanted["updated"] = world.clock()
            self._login_page(world, wanted)
            Desk(world, self._events).change(changed, f"{KIND}.updated", lambda one: one.update(wanted))
            return changed, expand
        made = world.add(KIND, id=world.new_id("bpc"), active=True, is_default=False, updated=world.clock())
        made.update(_merged(made, params))
        _check(made)
        self._login_page(world, made)
        self._events.record(world, f"{KIND}.created", made)
        return made, expand

    def _login_page(self, world: World, configuration: StripeObject) -> None:
        """A page that is switched off loses its address, and has another one when it is switched on again."""
        page = configuration["login_page"]
        if not page["enabled"]:
            page["url"] = None
        elif not page["url"]:
            token = world.new_id("login").removeprefix("login_")
            page["url"] = f"{self._base_url}/p/login/{token if world.livemode else f'test_{token}'}"


def _merged(present: StripeObject, params: Parameters) -> StripeObject:
    merged: StripeObject = {}
    for name in present.keys() | params.keys():
        value = params.get(name, present.get(name))
        inside = present.get(name)
        if isinstance(inside, dict) and isinstance(params.get(name), dict):
            value = _merged(inside, params[name])
        elif value == "":
            value = [] if isinstance(inside, list) else None
        merged[name] = value
    return merged


def _check(configuration: StripeObject) -> None:
    features = configuration["features"]
    update = features["subscription_update"]
    if update["enabled"] and not features["payment_method_update"]["enabled"]:
        raise invalid_request("Cannot enable subscription updates while payment method update is disabled.")
    if len(update["products"] or []) > MOST_PRODUCTS:
        raise invalid_request(f"You can list at most {MOST_PRODUCTS} products.")
    for entry in update["products"] or []:
        entry.setdefault("adjustable_quantity", {"enabled": False})
        entry["adjustable_quantity"] = {"maximum": None, "minimum": 0, **entry["adjustable_quantity"]}
