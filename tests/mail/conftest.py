"""One stand with mail for a module; every test begins on a new morning."""

from collections.abc import Iterator

import pytest

from bot.mail.rows import Mails
from tests.mail.stand import open_mail_stand
from tests.postgres import postgres_server, postgres_url
from tests.stand.person import Person
from tests.stand.stand import Stand
from tests.stand.waiting import until

FOR_EVER = 2**40

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(scope="module")
def module_stand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    with open_mail_stand(tmp_path_factory.mktemp("mail")) as stand:
        yield stand


@pytest.fixture
def stand(module_stand: Stand) -> Stand:
    """A new morning, once every mail of the test before has come to an end and its agent knows."""
    kept = Mails(module_stand.web.services.database)

    def quiet() -> bool:
        counted = module_stand.loop.run(kept.counts())
        return counted["queued"] == 0 and not module_stand.loop.run(kept.untold(FOR_EVER, 1))

    until(quiet, "the end of every mail")
    module_stand.reset()
    return module_stand


@pytest.fixture
def agent(stand: Stand) -> Iterator[Person]:
    yield stand.person()
    assert stand.violations() == []
