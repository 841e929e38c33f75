"""Makes the Bolt app for one workspace, with the middleware that the bot does not need switched off."""

import logging

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings


def _is_news(record: logging.LogRecord) -> bool:
    """Return False for Bolt's remark that it found SLACK_BOT_TOKEN beside the client it was given."""
    return record.msg != warning_client_prioritized_and_token_skipped()


class _OneWorkspace(AsyncAuthorize):
    """Authorizes every request with the bot token of the settings.

    Bolt's own authorization calls `auth.test` before the first acknowledgement, which one workspace can do
    without.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002 (Bolt's shape)
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002
        actor_team_id: str | None = None,  # noqa: ARG002
        actor_user_id: str | None = None,  # noqa: ARG002
    ) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, user_id=user_id, bot_token=self._token
        )


def make_bolt_app(settings: Settings, signing_secret: str) -> AsyncApp:
    """Return the app without listeners. Slack is not called.

    `signing_secret` is only stored: `bot.handlers.slack_http` has checked signatures before Bolt is called.
    """
    logging.getLogger("slack_bolt.AsyncApp").addFilter(_is_news)
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    return AsyncApp(
        name="portalbot",
        # Bolt makes a client of its own for every request; this one lends it the address and calls nothing.
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=_OneWorkspace(token),
        signing_secret=signing_secret,
        process_before_response=True,
        request_verification_enabled=False,  # done in slack_http, before Bolt sees anything
        # Looked at for every request, and of use for none: we listen to no messages and offer no steps.
        ignoring_self_events_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
