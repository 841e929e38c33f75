"""Is the portal ready for customers? The steps of Stripe's guides, each a small function in a module here."""

from typing import Final

from bot.portal.setup import account_steps, own_steps, portal_steps, product_steps
from bot.portal.setup.seen import OwnSide, Seen, look
from bot.portal.setup.step import Outcome, Step, StepReport, StepResult

STEPS: Final[tuple[Step, ...]] = (
    account_steps.account,
    account_steps.business,
    account_steps.branding,
    product_steps.product,
    product_steps.product_details,
    product_steps.prices,
    portal_steps.configuration,
    portal_steps.features,
    portal_steps.policies,
    portal_steps.return_url,
    portal_steps.login_page,
    own_steps.webhook,
    own_steps.mail,
    own_steps.first_try,
)
"""In the order in which they are done."""


def examine(seen: Seen) -> tuple[StepReport, ...]:
    """Say of each step how it stands. Pure."""
    return tuple(each.examine(seen) for each in STEPS)
