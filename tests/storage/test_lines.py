"""The line to PostgreSQL: what a machine held that says nothing any more is free again soon."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import database as databases
from storage.crypto import new_secret
from storage.database import Database, open_database


def test_a_transaction_that_nobody_goes_on_with_gives_back_its_locks(
    fresh_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = str(databases.POSTGRES_LINE["options"])
    assert "idle_in_transaction_session_timeout=30s" in options
    monkeypatch.setitem(databases.POSTGRES_LINE, "options", options.replace("30s", "1s"))
    silent = open_database(fresh_postgres, secret=new_secret())
    other = open_database(fresh_postgres, secret=new_secret())
    with other.transaction() as session:
        session.execute(text("create table chairs (id int)"))
        session.execute(text("insert into chairs values (1)"))
    with pytest.raises(DBAPIError):
        sit_down_and_fall_silent(silent, other)
    silent.close()
    other.close()


def sit_down_and_fall_silent(silent: Database, other: Database) -> None:
    """One holds the chair and says nothing; the other waits for it, and gets it."""
    with silent.transaction() as session:
        session.execute(text("select id from chairs for update"))
        with other.transaction() as waiting:
            waiting.execute(text("set local lock_timeout = '20s'"))
            waiting.execute(text("update chairs set id = 2"))
        session.execute(text("select 1"))


def test_what_the_url_says_counts(fresh_postgres: str) -> None:
    opened = open_database(f"{fresh_postgres}&connect_timeout=3", secret=new_secret())
    with opened.reading() as session:
        driver = session.connection().connection.driver_connection
        assert driver is not None
        assert driver.info.get_parameters()["connect_timeout"] == "3"
    opened.close()
