"""Block Kit as HTML, on the server, so that nothing an app sends can become markup."""

from sandbox.slack.render.blocks import Renderer

__all__ = ["Renderer"]
