"""What a deploy would meet is said before it, and nothing is changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.store.migrations import HEAD
from tests.sqlite import with_tables
from tests.stand.terminal import Ran, Shop, open_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


@pytest.fixture
def url(tmp_path: Path) -> str:
    return with_tables(f"sqlite:///{tmp_path}/portalbot.db")


def renumber(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def outcomes(ran: Ran) -> dict[str, str]:
    return {each["name"]: each["outcome"] for each in ran.json["checks"]}


def test_nothing_stands_in_the_way(shop: Shop, url: str) -> None:
    ran = shop.runs("upgrade", "--check", "--json", DATABASE_URL=url)
    assert (ran.code, ran.json["broken"]) == (0, False)
    found = outcomes(ran)
    assert (found["tables"], found["permissions"], found["slack"]) == ("current", "complete", "connected")


def test_what_migrate_would_do_is_said_step_by_step_and_not_done(shop: Shop, url: str) -> None:
    renumber(url, "0003")
    for _ in range(2):
        ran = shop.runs("upgrade", "--check", DATABASE_URL=url)
        assert ran.code == 0
        assert "note    Tables: revision 0003" in ran.out
        assert "0004 Who stands in on call" in ran.out
        assert f"{HEAD} " in ran.out
        assert "0003 " not in ran.out


def test_tables_of_a_newer_version_are_a_note(shop: Shop, url: str) -> None:
    renumber(url, "9999")
    ran = shop.runs("upgrade", "--check", "--json", DATABASE_URL=url)
    assert (ran.code, outcomes(ran)["tables"]) == (0, "newer")


def test_a_database_without_tables_is_not_made(shop: Shop, tmp_path: Path) -> None:
    ran = shop.runs("upgrade", "--check", "--json", DATABASE_URL=f"sqlite:///{tmp_path}/new.db")
    assert (ran.code, outcomes(ran)["tables"]) == (0, "none")
    assert [*tmp_path.iterdir()] == []


def test_wrong_settings_are_all_named_and_the_tables_looked_at_all_the_same(shop: Shop, url: str) -> None:
    wrong = {"STRIPE_API_KEY": "whsec_hush", "SLACK_SIGNING_SECRET": "", "DATABASE_URL": url}
    ran = shop.runs("upgrade", "--check", "--json", **wrong)
    assert ran.code == 1
    lines = [each["line"] for each in ran.json["checks"] if each["name"] == "settings"]
    assert [line.partition(":")[0] for line in lines] == ["SLACK_SIGNING_SECRET", "STRIPE_API_KEY"]
    assert "hush" not in ran.out + ran.err


def test_a_permission_that_the_key_lacks_is_in_the_way(shop: Shop, url: str) -> None:
    shop.loop.call(lambda: shop.sandbox.stripe.faults.denied.add("rak_customer_portal_write"))
    try:
        ran = shop.runs("upgrade", "--check", "--json", DATABASE_URL=url)
    finally:
        shop.loop.call(shop.sandbox.stripe.faults.denied.clear)
    assert (ran.code, outcomes(ran)["permissions"]) == (1, "missing")


def test_without_check_nothing_happens(shop: Shop) -> None:
    ran = shop.runs("upgrade")
    assert ran.code == 2
    assert "portalbot migrate" in ran.err
