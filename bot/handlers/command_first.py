"""The slash command is answered before Bolt looks for a listener, since it is what is asked most."""

from collections.abc import Awaitable, Callable

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.async_middleware import AsyncMiddleware

from bot.handlers.boundary import Listener


class CommandFirst(AsyncMiddleware):
    """Hands slash commands to one listener, and everything else on.

    Bolt makes its two dozen arguments for each listener that it asks, and once more for the one it calls: a
    fifth of the whole time to an acknowledgement (`make bench`). A middleware is given the request as it is.
    """

    def __init__(self, listen: Listener) -> None:
        """`listen` must not raise."""
        self._listen = listen

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 (Bolt's shape)
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002
    ) -> BoltResponse:
        """Called by Bolt, with what is signed and authorised."""
        if "command" not in req.body:
            return await next()
        return await self._listen(req.context.ack, req.body, req)
