"""Asking the engine for a mail's next attempt."""

from typing import Final

from bot.engine import JobQueue
from bot.mail.mail import Mail, job_key

JOB: Final = "mail"


async def put_in(queue: JobQueue, mail: Mail, put_in_already: dict[str, int], now: int) -> None:
    """Have the mail's present attempt made, unless this process has asked for it just now."""
    key = job_key(mail.id, mail.attempt)
    if key not in put_in_already:
        put_in_already[key] = now
        await queue.put(JOB, key, mail.id, mail.attempt)
