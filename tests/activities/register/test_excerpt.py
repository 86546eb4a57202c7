"""What a base may see of the register, and that it answers as the register itself does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from activities.register import excerpt, importing, lookups, posts
from activities.register import tables as t
from activities.register.database import engine, migrate, reading, writing
from tests.conftest import EXAMPLES

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    url = f"sqlite:///{tmp_path_factory.mktemp('register') / 'register.db'}"
    migrate(url)
    bundle, source = importing.read(EXAMPLES / "mission"), engine(url)
    assert isinstance(bundle, importing.Bundle)
    with writing(source) as session:
        importing.apply(session, bundle, "test", NOW)
    return source


@pytest.fixture(scope="module")
def image(whole: Engine) -> bytes:
    with reading(whole) as session:
        return excerpt.excerpt(session, "NAQ", [])


@pytest.fixture
def part(image: bytes) -> Iterator[Session]:
    opened = excerpt.opened(image)
    assert opened is not None
    with reading(opened) as session:
        yield session
    opened.dispose()


def test_who_holds_which_post_is_told_as_by_the_register_itself(whole: Engine, part: Session) -> None:
    """Of everybody who holds a post anywhere in the mission, and of every member of the base."""
    with reading(whole) as session:
        members = session.scalars(select(t.Member)).all()
        holders = {*session.scalars(select(t.Appointment.member)), *session.scalars(select(t.Delegation.member))}
        for member in members:
            known = posts.person(session, member.id, NOW, NOW)
            if member.base == "NAQ" or member.id in holders:
                assert lookups.resolve(part, member.service_number) == member.id
                assert posts.person(part, member.id, NOW, NOW) == known
                assert posts.chain(part, member.id, NOW) == posts.chain(session, member.id, NOW)
            else:
                assert lookups.resolve(part, member.service_number) is None
        assert lookups.bases(part) == lookups.bases(session)
        assert lookups.version(part) == lookups.version(session)


def test_names_are_those_of_the_base_alone_and_what_nobody_there_needs_is_not_in_it(part: Session) -> None:
    members = part.scalars(select(t.Member)).all()
    assert {bool(member.name) for member in members if member.base == "NAQ"} == {True}
    assert {(member.name, member.rank) for member in members if member.base != "NAQ"} == {("", "")}
    assert {member.email for member in members} == {None}
    assert {absence.reason for absence in part.scalars(select(t.Absence))} <= {""}
    for table in (t.Balance, t.Outgoing, t.Wish):
        assert part.scalar(select(func.count()).select_from(table)) == 0


def test_an_image_of_other_tables_is_not_read_and_nothing_knows_nobody(
    image: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = excerpt.nothing()
    with reading(nobody) as session:
        assert (lookups.resolve(session, "GHA-1004"), lookups.bases(session)) == (None, ())
    nobody.dispose()
    monkeypatch.setattr(excerpt, "_SHAPE", 1)
    assert excerpt.opened(image) is None
