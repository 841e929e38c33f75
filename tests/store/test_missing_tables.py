import pytest

from bot.errors import Unavailable
from bot.metrics import Metrics
from bot.store.audit import AuditTrail
from bot.store.database import Database


@pytest.mark.postgres
async def test_a_database_without_tables_says_what_to_do_and_not_to_try_again(
    empty_postgres_url: str,
) -> None:
    async with Database(empty_postgres_url) as database:
        with pytest.raises(Unavailable) as refused:
            await AuditTrail(database, Metrics()).history()
    assert (refused.value.code, refused.value.facts["retry"]) == ("tables_missing", False)
