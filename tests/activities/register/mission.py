"""A small mission for the tests of the register, as the files in which it would be imported."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.register.database import engine, migrate, writing
from activities.register.importing import BadLine, Bundle, apply, parse
from domain.acts import IssueOrder
from domain.orders import Order
from domain.restrictions import StopLeave

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)

FILES = {
    "settings.csv": """
setting,value
mission,UNEX
force-commander-leave,HOM
""",
    "bases.csv": """
base,name,zone,clearance
NAQ,Naqal,Asia/Beirut,orders
SKT,Sektar,Asia/Kathmandu,officer
""",
    "units.csv": """
unit,base,nation,component,commander
A-COY,NAQ,GHA,contingent,CO-A
HQ,NAQ,IRL,observer,COS
SITE,SKT,IDN,observer,SITE
""",
    "posts.csv": """
post,role,base,unit,reports_to,deputy
HOM,commander,,,,
FC,force-commander,,,HOM,DFC
DFC,force-commander,,,FC,
COS,commander,NAQ,HQ,FC,
CO-A,commander,NAQ,A-COY,FC,DCO-A
DCO-A,commander,NAQ,A-COY,CO-A,
SITE,commander,SKT,SITE,FC,
MOV-NAQ,movement-control,NAQ,,FC,
MOV,movement-control,,,FC,
ADMIN,administrator,,,HOM,
""",
    "members.csv": """
service_number,name,rank,nation,component,service,unit,base,email,arrived,departs,pack
HOM-1,A. Alder,MR,FRA,civilian,,HQ,NAQ,alder@unex.example,2026-01-01,,
FC-1,E. Birch,MGEN,IRL,observer,,HQ,NAQ,birch@unex.example,2026-01-01,,
FC-2,I. Cedar,BGEN,IND,observer,,HQ,NAQ,,2026-01-01,,
HQ-1,K. Hazel,COL,IRL,observer,,HQ,NAQ,,2026-01-01,,
ADM-1,L. Rowan,MS,IRL,civilian,,HQ,NAQ,rowan@unex.example,2026-01-01,,
GHA-1,M. Linden,MAJ,GHA,contingent,,A-COY,NAQ,linden@unex.example,2026-01-01,2027-06-30,
GHA-2,N. Maple,CPT,GHA,contingent,,A-COY,NAQ,,2026-01-01,2027-06-30,
GHA-3,O. Aspen,SGT,GHA,contingent,,A-COY,NAQ,aspen@unex.example,2026-01-01,2027-01-10,
GHA-4,R. Laurel,PTE,GHA,contingent,,A-COY,NAQ,,2026-12-20,2027-06-30,
USA-1,S. Olive,SGT,USA,contingent,us-army,A-COY,NAQ,,2026-01-01,2027-06-30,
IDN-1,T. Myrtle,MAJ,IDN,observer,,SITE,SKT,,2026-01-01,,mission
""",
    "appointments.csv": """
post,service_number,from,until
HOM,HOM-1,2026-01-01,
FC,FC-1,2026-01-01,
DFC,FC-2,2026-01-01,
COS,HQ-1,2026-01-01,
CO-A,GHA-1,2026-01-01,2026-12-31
CO-A,GHA-2,2027-01-01,
DCO-A,GHA-2,2026-01-01,2026-12-31
SITE,IDN-1,2026-01-01,
MOV-NAQ,USA-1,2026-01-01,
MOV,HQ-1,2026-01-01,
ADMIN,ADM-1,2026-01-01,
""",
    "delegations.csv": """
post,service_number,from,until,document
CO-A,GHA-3,2026-12-10,2026-12-20,DEL 1
CO-A,USA-1,2026-12-15,2026-12-15,DEL 2
""",
    "balances.csv": """
service_number,purse,days,as_of,source
GHA-3,annual,12.50,2026-10-31,contingent
GHA-3,rr,5,2026-10-31,mission
GHA-4,annual,-1.5,2026-10-31,contingent
""",
    "absences.csv": """
service_number,first,last,reason,source
GHA-2,2026-12-05,2026-12-08,course,plan
GHA-3,2026-12-08,2026-12-09,hospital,paper
GHA-3,2026-12-09,2026-12-10,course,plan
""",
    "flights.csv": """
flight,origin,destination,departs,arrives,seats,manifest_closes
OUT-09,NAQ,BEY,2026-12-09T18:00+02:00,2026-12-09T18:40+02:00,2,2026-12-08T12:00+02:00
OUT-10,NAQ,BEY,2026-12-10T08:00+02:00,2026-12-10T08:40+02:00,2,2026-12-09T12:00+02:00
OUT-11,NAQ,BEY,2026-12-11T08:00+02:00,2026-12-11T08:40+02:00,2,2026-12-10T12:00+02:00
BACK-20,BEY,NAQ,2026-12-20T16:00+02:00,2026-12-20T16:40+02:00,4,2026-12-19T12:00+02:00
BACK-21,BEY,NAQ,2026-12-21T16:00+02:00,2026-12-21T16:40+02:00,4,2026-12-20T12:00+02:00
BACK-25,BEY,NAQ,2026-12-25T16:00+02:00,2026-12-25T16:40+02:00,4,2026-12-24T12:00+02:00
""",
}


def files(**instead: str) -> dict[str, bytes]:
    """The mission's files, some with another text (by sheet)."""
    texts = FILES | {f"{sheet}.csv": text for sheet, text in instead.items()}
    return {name: text.lstrip().encode() for name, text in texts.items()}


def edited(sheet: str, old: str, new: str) -> str:
    """One file with one change."""
    text = FILES[f"{sheet}.csv"]
    assert text.count(old) == 1, old
    return text.replace(old, new)


def good(contents: Mapping[str, bytes]) -> Bundle:
    """What was read, which must be without fault."""
    found = parse(contents)
    assert isinstance(found, Bundle), "\n".join(map(str, found))
    return found


def bad(contents: Mapping[str, bytes]) -> tuple[BadLine, ...]:
    """The bad lines, of which there must be some."""
    found = parse(contents)
    assert not isinstance(found, Bundle)
    return found


def opened(url: str) -> Engine:
    """A register with this mission in it."""
    migrate(url)
    at = engine(url)
    with writing(at) as session:
        apply(session, good(files()), "m-aaaaaaaaaa", NOW)
    return at


@contextmanager
def imported(at: Engine, **instead: str) -> Iterator[Session]:
    """The register after an import of some files."""
    with writing(at) as session:
        contents = {f"{sheet}.csv": text.lstrip().encode() for sheet, text in instead.items()}
        apply(session, good(contents), "m-aaaaaaaaaa", NOW)
        yield session


def order(version: int, since: datetime, until: datetime | None = None, **more: Any) -> Order:
    """An order for the whole mission."""
    words = {"issuer": "FC", "title": "Stop", "restrictions": (StopLeave(),), "etp": "FC", "mission_wide": True}
    return Order.model_validate({"number": "MO-7", "version": version, "since": since, "until": until} | words | more)


def issue(one: Order) -> IssueOrder:
    """It is issued at Naqal."""
    return IssueOrder(act_id="a", decided_by="m-somebody", acted_at=NOW, base="NAQ", order=one)
