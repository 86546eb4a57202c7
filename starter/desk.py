"""A desk: who speaks, from which base, with the register and the server within reach. Every command works at one."""

from __future__ import annotations

import hmac
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from time import monotonic
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from temporalio.client import Client
from ulid import ULID

from activities.register import database, lookups, posts
from activities.register.database import RegisterUnavailable, engine, reading
from activities.register.tables import Post
from activities.store import Store
from domain.acts import Act, Import, Medium, Sealed, references
from domain.decider import Outcome
from domain.facts import Person
from starter import first, reach, readers, unlooked
from starter.clock import on_clock
from starter.first import Words
from wiring import console, logs, written
from wiring.addresses import addressee
from wiring.copies import Copy
from wiring.deliver import A_TRY, ANSWER, Silent
from wiring.handles import Leaves
from wiring.queries import PATIENCE, Answers, anybody
from wiring.settings import Settings
from wiring.spool import Held, Name, NotReady, Sent, Spool, Spooled, drain, learned, not_kept, send
from wiring.trouble import Misset, NotReached, Trouble
from wiring.unwritten import NO_ROOM

A_WORD: Final = timedelta(seconds=2)
"""How long the register is given to say that there is a worker at all."""


class Speaker(NamedTuple):
    """Who says an act, and how it came in: by the decider's own hand, or written down by a clerk."""

    person: str
    post: str | None
    entered_by: str | None = None
    medium: Medium = "own"


class Desk:
    """Settings, register, detail store, spool, and (where a command needs it) a client of the mission's server.

    `away` tells why the server is asked nothing more, where it is silent: acts are then kept, and not sent. Who only
    reads may then have a `copy` of what it said.

    `no_register` tells why the `register` is not asked, where it is silent: in its place the `source` of all look-ups
    is what the copy has of it, or one that knows nobody. Who and what is not found there is taken as it was said.
    """

    copy: Copy | None = None
    no_register: NotReached | None = None
    register_at: datetime | None = None
    """Of when is what stands in the place of the register; None where nothing is known of it."""

    first: Held | None = None
    """What is said here, as it was written down before all was asked; until it is sent, or taken back."""
    acting: bool = False
    """Whether something is said here: who only reads is kept waiting longer for an answer."""
    many: bool = False
    """Whether many lines are said at the same time."""

    def __init__(
        self, settings: Settings, source: Engine, client: Client | None, *, away: NotReached | None = None
    ) -> None:
        self.settings, self.connected, self.away = settings, client, away
        self.register = self.source = source
        self.store = Store.of(settings)
        self.spool = Spool(settings.folder / "spool", settings.code)
        self.nobody: NotReached | None = None
        """Why nobody need be asked anything more, by what became of the acts sent last from the spool."""
        self._began = monotonic()
        """When the turn of the act began which is said now: with the command itself, or after the one before."""
        self.not_before = 0.0
        """When a register that did not answer is asked again (monotonic)."""
        self._stuck: dict[str, NotReached] = {}
        """Who gave no answer to this command: they are not waited for anew."""

    @property
    def client(self) -> Client:
        """The mission's server. Only desks opened with `online=True` have one. Raises NotReached where it is away."""
        if self.connected is None and self.away is not None:
            raise self.away
        assert self.connected is not None  # noqa: S101  (a command that asks for it opened the desk online)
        return self.connected

    @property
    def answers(self) -> Answers:
        """Who is asked how something stands: the server, or a copy. Raises NotReached as `client` does."""
        return self.copy or self.client

    @property
    def as_of(self) -> datetime:
        """Of when is what this desk reads: now, or when the copy was made."""
        return self.copy.at if self.copy else datetime.now(UTC)

    def me(self) -> str:
        """The register id of who sits here.

        Raises:
            Misset: nobody said who.
        """
        if self.settings.person is None:
            raise Misset(
                "It is not known who sits at this desk.",
                why="expected a person in the profile, got none",
                helps="furlough me --as SERVICE-NUMBER --post POST --base BASE, or --as at the command itself",
            )
        return self.person(self.settings.person)

    def person(self, text: str) -> str:
        """The register id of a service number; a register id is its own.

        While the register is away, what stands for the id of who is not known: the act is looked through when it goes.

        Raises:
            Misset: the register knows nobody of that number.
        """
        found = self.known(text)
        if found is None and self.no_register is not None:
            return unlooked.number(text)
        if found is None:
            raise Misset(
                f"The register knows no {text[:60]}.",
                why="expected a service number or a register id",
                helps="furlough register import brings members in; furlough find lists leaves",
            )
        return found

    def known(self, text: str) -> str | None:
        """The register id of a service number, in whatever case; None where the register knows nobody of it."""
        with reading(self.source) as session:
            return lookups.resolve(session, text) or lookups.resolve(session, text.upper())

    def leaves(self, within: timedelta | None = None) -> Leaves:
        """The leaves of the mission, as they are called at this desk."""
        barred, within = partial(readers.callable_by, self), within or self.patience
        return Leaves(self.answers, self.settings.code, self.settings.base, self.known, barred, within)

    def post(self, text: str) -> str:
        """A post of the register. Raises Misset for any other."""
        with reading(self.source) as session:
            if session.get(Post, text) is None and self.no_register is None:
                raise Misset(
                    f"The register knows no post {text[:40]}.",
                    why="expected a post of the register",
                    helps="furlough register list posts tells them; furlough me --post POST keeps yours",
                )
        return text

    def posts(self, person: str) -> Person | None:
        """Which posts somebody holds now."""
        now = datetime.now(UTC)
        with reading(self.source) as session:
            return posts.person(session, person, now, now)

    def reader(self) -> Person | None:
        """Who reads at this desk, with their posts; None where nobody said who."""
        return self.posts(self.me()) if self.settings.person else None

    def names(self, ids: list[str]) -> dict[str, str]:
        """Ranks and names for the screen of this desk."""
        with reading(self.source) as session:
            return lookups.names(session, ids)

    def zone(self, base: str | None = None) -> ZoneInfo:
        """The zone of a base; this desk's where none is named, UTC where that is not known either."""
        return self._zone(base) or ZoneInfo("UTC")

    def _zone(self, base: str | None) -> ZoneInfo | None:
        with reading(self.source) as session:
            name = lookups.base_zone(session, base or self.settings.base or "")
        return ZoneInfo(name) if name else None

    def clock(self, instant: datetime, base: str | None = None) -> str:
        """`2026-03-04 06:41 NAQ`: an instant on a base's clock; on that of UTC where the base's is not known."""
        zone = self._zone(base)
        return console.clock(instant, zone or ZoneInfo("UTC"), (base or self.settings.base) if zone else None)

    def moment(self, text: str | None, base: str | None = None) -> datetime:
        """`2026-12-20 08:00` (or `08:00` of today) on the base's clock as an instant; now, where nothing is said.

        Raises:
            Misset: it is no time, or one which a change of the clock skips or doubles.
            NotReached: only the register could tell which clock is meant, and it is away.
        """
        known = self._zone(base)
        zone = known or ZoneInfo("UTC")
        if text is None:
            return self.as_of
        try:
            today = datetime.now(zone).date()
            said = written.time(f"{today}T{text}" if len(text) <= 5 and ":" in text else text)
        except ValueError as error:
            raise Misset(
                f"{text!r} is no time.",
                why="expected YYYY-MM-DD HH:MM or HH:MM, on the base's clock",
                helps='for example --at "2026-12-20 08:00"',
            ) from error
        if known is None and said.tzinfo is None and self.no_register is not None:
            raise NotReached(
                f"Whose clock shows {text} is not known.",
                why=f"{self.no_register.what} {self.no_register.why}",
                known="nothing was kept; no copy at this desk tells the clock of its base",
                helps=f'say how far the clock is from UTC: --at "{said:%Y-%m-%d %H:%M}+02:00"',
            )
        return on_clock(said, zone)

    def said_at(self, text: str | None, base: str | None) -> datetime:
        """When an act was said that is said here: the `moment` told, else when it was written down first, else now."""
        return self.first.item.act.acted_at if self.first and text is None else self.moment(text, base)

    async def send(
        self, act: Act, within: timedelta | None = None, away: NotReached | None = None, where: str = ""
    ) -> Outcome[Any]:
        """Say an act: it is written into the spool, sent, and struck from it once its outcome is known.

        `where` is the line of a file from which it comes; `within` is the desk's patience where nothing else is said.
        What was written down `first` is this act, as it was known then.

        It is not sent now where the desk is `away`, or where nobody has answered a question about its leave, or what
        was said to it before by this command. What it seals is forgotten where it is not said, or is refused.

        Raises:
            NotKept: it could not be written down, and was not sent.
            Spooled: it is kept, and no outcome is known yet.
            Undecided, Gone: as `wiring.deliver` raises them.
        """
        away = self.away or away or self._stuck.get(addressee(act))
        within = max(within or min(self.patience, ANSWER), reach.LEAST)  # whoever was asked before has answered
        told: dict[str, Any] = {"ready": self.ready, "within": within, "away": away, "where": where}
        try:
            said = first.better(self, act) or act
            outcome = await send(self.spool, self.connected, said, **told, unsaid=self.forget)
        except Trouble as trouble:
            if isinstance(trouble, Spooled) and isinstance(trouble.__cause__, Silent):
                self._stuck[addressee(act)] = trouble.__cause__
            self._over()
            raise
        self._over()
        return outcome

    def _over(self) -> None:
        """What became of an act is known, or told: the next one has its own turn."""
        self.first, self._began = None, monotonic()

    def forget(self, act: Act) -> None:
        """What was not said leaves no trace in the store."""
        for ref in references(act):
            self.store.forget(ref)

    def named(self, said: str) -> bytes:
        """A name for what was said, the same each time; nobody can guess from it what that was.

        Raises:
            NotKept: there is no room for the secret of the store, which goes into it and is made with the first one.
            Misset: it is not to be had.
        """
        try:
            return hmac.digest(self.store.secret(), said.encode(), "sha256")
        except OSError as error:
            if error.errno in NO_ROOM:
                raise not_kept(self.store.folder, error) from error
            raise Misset(
                "What is said cannot be named.",
                why=f"expected the secret in {self.store.folder}, got: {error.strerror or error}",
                known="nothing was changed",
                helps="its owner alone may read it: share one user, or run the command where the store is",
            ) from error

    def seal(self, text: str) -> Sealed:
        """Keep a text which must stand in no record. Raises NotKept."""
        try:
            return self.store.seal(text)
        except OSError as error:
            raise not_kept(self.store.folder, error) from error

    def lay(self, content: bytes) -> str:
        """Keep a paper by its SHA-256. Raises NotKept, and TooLarge."""
        try:
            return self.store.put(content)
        except OSError as error:
            raise not_kept(self.store.folder, error) from error

    def turn(self) -> float:
        """From when the patience with the act counts whose turn it is (monotonic): for one of many lines from now."""
        return monotonic() if self.many else self._began

    @property
    def patience(self) -> timedelta:
        """How long an answer is waited for now."""
        return self.left(self.turn())

    def left(self, began: float) -> timedelta:
        """What is left for an answer, in the turn of an act that began then: five seconds are for all that is asked.

        Who only reads waits longer, for each answer. One of many lines waits for others also once it was heard.
        """
        if not self.acting:
            return PATIENCE
        return max(ANSWER - timedelta(seconds=monotonic() - began), reach.LEAST if self.many else A_TRY)

    def waiting(self) -> list[Name]:
        """What waits in the spool, beside what is said by this very command."""
        return [name for name in self.spool.waiting() if self.first is None or name != self.first.name]

    async def drain(
        self,
        within: timedelta = ANSWER,
        only: list[str] | None = None,
        *,
        hurried: Awaitable[bool | None] | None = None,
    ) -> list[Sent]:
        """Send what waits in the spool, for so long in all.

        Who is `hurried` passes by who gave no answer of late, and has asked meanwhile whether anybody answers.
        """
        each = max(ANSWER, within / 3)  # who has time waits longer for one of many, which wait for each other
        told: dict[str, Any] = {"ready": self.ready, "within": within, "each": each, "only": only}
        sent = await drain(self.spool, self.client, **told, hurried=hurried is not None, unsaid=self.forget)
        word = (lambda: hurried) if hurried is not None else partial(anybody, self.client, A_WORD)
        self.nobody, stuck = await learned(self.spool.folder, sent, word)
        self._stuck |= stuck
        return sent

    def ready(self, act: Act) -> Act:
        """An act as it is sent: all whom it names by their register ids, with its papers in the detail store.

        A sealed text is not looked for: it may have been forgotten, and the act stands all the same.

        Raises:
            NotReady: papers which it cites are not there, or the register, which tells whom it names, is away.
            Nobody: the register knows nobody of a number that it names.
        """
        cited = (*act.evidence, *(act.files.values() if isinstance(act, Import) else ()))
        if missing := [digest for digest in cited if not self.store.has(digest)]:
            lacks = ", ".join(digest[:12] for digest in missing)
            raise NotReady(f"expected {lacks} in {self.store.folder}, got none", "lay it there")
        return unlooked.whole(act, self._looked_up)

    def _looked_up(self, number: str) -> str | None:
        """The register id of a service number, as the register itself has it. Raises NotReady where it is away."""
        if monotonic() < self.not_before:
            raise NotReady(f"the register did not answer; it is to tell who {number} is", "have the register back")
        try:
            database.answers(self.register)
            with reading(self.register) as session:
                return lookups.resolve(session, number)
        except RegisterUnavailable as error:
            self.not_before = monotonic() + reach.ANEW
            raise NotReady(f"{error}; it is to tell who {number} is", "have the register back") from error


NO_POST: Final = "none"
"""Said by --post where somebody speaks for themselves at a desk which has a post."""


def _holds(desk: Desk) -> bool:
    """Whether who was named for one command holds the post of this desk; who does not speaks for themselves."""
    settings = desk.settings
    me = desk.known(settings.person or "")
    if settings.post is None or me is None:
        return True
    known = desk.posts(me)
    held = known is not None and settings.post in {each.post for each in known.posts}
    if not held:
        console.note(f"as {settings.person}, who does not hold {settings.post}, the post of this desk")
    return held


def new_id() -> str:
    """An id for one act: sent again under it, the act changes nothing twice."""
    return str(ULID())


@asynccontextmanager
async def at_desk(
    *,
    online: bool = True,
    acting: bool = False,
    many: bool = False,
    copied: bool | str = False,
    draining: bool = True,
    said: Words | None = None,
    **flags: Any,
) -> AsyncIterator[Desk]:
    """Sit down: flags over environment over profile; connected to the server where `online`.

    Where the server is not reached, who is `acting` sits down all the same: what they say waits in the spool. So does
    who only reads what is `copied`, if there is a copy of this desk's base, or of the one named. Once the server is
    reached, what waits goes first, unless the spool is the very matter (`draining` false).

    Where the register does not answer, what the copy has of it stands in its place; who acts does so also without one.

    What is `said` is written down before anybody is asked, else once the register was, as far as it is known then.

    Raises:
        Trouble: settings, register or server are not to be had.
        NotKept: there is no room for what is said; nobody was asked.
    """
    logs.set_up("console", logging.ERROR)
    bare = (flags.get("post") or "").lower() == NO_POST
    settings = Settings.load(**flags | ({"post": None} if bare else {}))
    reach.there(settings)
    source = engine(settings.database)
    desk = Desk(settings.model_copy(update={"post": None}) if bare else settings, source, None)
    desk.acting, desk.many = acting, many
    another = not bare and flags.get("post") is None and bool(flags.get("person"))
    try:
        with first.standing(desk):
            if said and not (another and settings.post):  # only the register tells whether they hold the desk's post
                first.write(desk, said, asked=False)
            await reach.register(desk, acting=acting, copy=copied)
            if another and not _holds(desk):
                desk.settings = settings.model_copy(update={"post": None})
            if said:
                first.write(desk, said, asked=True)
            if online:
                await reach.server(desk, acting=acting, copy=copied)
            if desk.connected and draining:
                await reach.send_before(desk, acting=acting, many=many, copy=copied)
            yield desk
    finally:
        source.dispose()
        desk.source.dispose()
