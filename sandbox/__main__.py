"""`python -m sandbox`: Stripe, Slack and a mailbox on this machine, and a page to use them."""

import argparse
import asyncio
import errno
import json
import os
import socket
import sys
import time
from collections.abc import Sequence

import uvicorn

from sandbox.app import Sandbox, SandboxOptions
from sandbox.disconnect import CuttableProtocol
from sandbox.slack import SlackOptions
from sandbox.stripe import ACCOUNTS


class Server(uvicorn.Server):
    """uvicorn that says when it is ready, once, on stdout."""

    def __init__(
        self, config: uvicorn.Config, sandbox: Sandbox, *, as_json: bool, parent: int | None
    ) -> None:
        super().__init__(config)
        self._parent = parent
        self._sandbox = sandbox
        self._as_json = as_json

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then print the one line."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(self._ready_line() + "\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of the open pages first: they would never leave by themselves."""
        self._sandbox.feed.close()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Say whether to stop: also when the program we were told to stay with is gone."""
        orphaned = self._parent is not None and os.getppid() != self._parent
        return orphaned or await super().on_tick(counter)

    def _ready_line(self) -> str:
        options = self._sandbox.options
        if not self._as_json:
            return f"The sandbox is ready: {options.base_url}"
        port = int(options.base_url.rsplit(":", 1)[-1])
        return json.dumps({"url": options.base_url, "port": port, "smtp_port": self._sandbox.smtp.port})


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options; `--help` lists them."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    defaults = SlackOptions()
    parser.add_argument("--port", type=int, default=4242, help="0 takes a free one (default 4242)")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1: this machine only")
    parser.add_argument("--bot-url", default=defaults.bot_url, help=f"default {defaults.bot_url}")
    parser.add_argument("--smtp-port", type=int, default=0, help="default 0: a free one")
    parser.add_argument(
        "--signing-secret", default=defaults.signing_secret, help="SLACK_SIGNING_SECRET of the bot"
    )
    parser.add_argument("--bot-token", default=defaults.bot_token, help="SLACK_BOT_TOKEN of the bot")
    parser.add_argument("--webhook-secret", default=SandboxOptions().webhook_secret)
    parser.add_argument(
        "--account", choices=sorted(ACCOUNTS), help="start with a Stripe account that is yet to be set up"
    )
    parser.add_argument("--command", default=defaults.command, help=f"default {defaults.command}")
    parser.add_argument(
        "--json", action="store_true", help="print the ready line as JSON, with the real ports"
    )
    parser.add_argument(
        "--stay-with-parent", action="store_true", help="stop when the starting program is gone"
    )
    return parser.parse_args(arguments)


def build(arguments: argparse.Namespace, port: int) -> Sandbox:
    """Return the sandbox for a port that is known."""
    shown_host = "127.0.0.1" if arguments.host in {"0.0.0.0", "::", ""} else arguments.host  # noqa: S104
    slack = SlackOptions(
        bot_url=arguments.bot_url,
        signing_secret=arguments.signing_secret,
        bot_token=arguments.bot_token,
        command=arguments.command,
    )
    options = SandboxOptions(
        base_url=f"http://{shown_host}:{port}",
        slack=slack,
        webhook_secret=arguments.webhook_secret,
        smtp_port=arguments.smtp_port,
        account=arguments.account,
    )
    return Sandbox(options, clock=time.time)


def listen(arguments: argparse.Namespace) -> socket.socket:
    """Open the port. Where that fails, say why, on stdout when JSON was asked for, and exit with 1."""
    try:
        return socket.create_server((arguments.host, arguments.port))
    except OSError as error:
        reason = error.strerror or str(error)
        if not arguments.json:
            sys.exit(f"The sandbox cannot start: {reason}")
        in_use = error.errno == errno.EADDRINUSE
        sys.stdout.write(json.dumps({"reason": reason, "port_in_use": in_use}) + "\n")
        sys.exit(1)


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until interrupted."""
    listener = listen(arguments)
    # asyncio sets it for sockets of its own only; without it a short answer may be held back for 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sandbox = build(arguments, listener.getsockname()[1])
    config = uvicorn.Config(
        sandbox.app,
        http=CuttableProtocol,
        loop="asyncio",
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=3,
    )
    parent = os.getppid() if arguments.stay_with_parent else None
    await Server(config, sandbox, as_json=arguments.json, parent=parent).serve(sockets=[listener])


def main() -> None:
    """Run from the command line."""
    asyncio.run(serve(parse_arguments(sys.argv[1:])))


if __name__ == "__main__":
    main()
