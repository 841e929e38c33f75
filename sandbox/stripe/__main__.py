"""`python -m sandbox.stripe --port 12111`: only the Stripe stand-in, for trying things out."""

import argparse
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette

from sandbox.disconnect import CuttableProtocol
from sandbox.mailbox.mail import Mail
from sandbox.stripe.sandbox import StripeSandbox


def application(base_url: str, webhook_url: str | None, webhook_secret: str) -> Starlette:
    """Return the stand-in as an ASGI application that prints its mails."""

    async def print_mail(mail: Mail) -> None:
        print(f"\n--- mail to {mail.to}: {mail.subject}\n{mail.text}\n")  # noqa: T201

    def ignore(kind: str, data: dict[str, Any]) -> None:
        del kind, data

    stripe = StripeSandbox(
        base_url=base_url,
        clock=lambda: int(time.time()),
        deliver_mail=print_mail,
        webhook_url=webhook_url,
        webhook_secret=webhook_secret,
        notify=ignore,
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await stripe.startup()
        yield
        await stripe.shutdown()

    return Starlette(routes=stripe.routes(), lifespan=lifespan)


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.stripe")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--webhook-url")
    parser.add_argument("--webhook-secret", default="whsec_sandbox")
    arguments = parser.parse_args()
    base_url = f"http://127.0.0.1:{arguments.port}"
    app = application(base_url, arguments.webhook_url, arguments.webhook_secret)
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning", http=CuttableProtocol)


if __name__ == "__main__":
    main()
