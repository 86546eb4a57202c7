"""Who has decided on a leave is known to the register from its paper on, for its base."""

from sqlalchemy import Engine

from activities.register.consents import known, note
from activities.register.database import reading, writing
from domain.holdings import Want
from tests.activities.register.mission import NOW


def told(register: Engine, n: int, **decided: str) -> dict[str, str]:
    want = Want(leave_id="UNEX-A", what="paper", of="register", spec=None, n=n, as_of=NOW, decided=decided)
    with writing(register) as session:
        note(session, want)
    with reading(register) as session:
        assert known(session, "UNEX-B") == {}
        return known(session, "UNEX-A")


def test_what_a_leave_told_with_its_paper_is_known_of_it_alone(register: Engine) -> None:
    """The same again is the same; whoever decides anew, as on other flights, takes the place."""
    first = {"approval": "m-co", "movement": "m-mover"}
    assert told(register, 1, **first) == first
    assert told(register, 1, **first) == first
    assert told(register, 2) == first
    assert told(register, 3, movement="m-second") == first | {"movement": "m-second"}
