"""One of several processes which book seats at the same time: `booker URL THREADS LEAVES NAME`.

Each leave asks, asks again, changes its journey and asks for the first one again; every third gives back in between. A
register that is too busy is asked again, as the server would. Printed is what each leave holds in the end.
"""

import json
import random
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from sqlalchemy import Engine

from activities.register.database import RegisterUnavailable, engine, writing
from activities.register.seats import Booking, bookings, set_seat
from domain.holdings import Seat, Want
from domain.refusal import Refusal
from tests.activities.register.mission import NOW

FIRST = Seat(base="NAQ", destination="BEY", out_day=date(2026, 12, 10), back_day=date(2026, 12, 20))
OTHER = FIRST.model_copy(update={"out_day": date(2026, 12, 11), "back_day": date(2026, 12, 25)})


def set_until_answered(at: Engine, want: Want) -> tuple[Booking, ...]:
    """What the leave holds then; who was refused holds what of its seats still fits."""
    while True:
        try:
            with writing(at) as session:
                answer = set_seat(session, want)
                return bookings(session, want.leave_id) if isinstance(answer, Refusal) else answer
        except RegisterUnavailable:
            continue


def book(at: Engine, leave_id: str, chance: random.Random) -> list[str]:
    wishes: list[Seat | None] = [FIRST, OTHER, FIRST]
    if chance.random() < 1 / 3:
        wishes.insert(2, None)
    held: list[str] = []
    for n, spec in enumerate(wishes, 1):
        for _ in range(chance.choice((1, 2))):
            answer = set_until_answered(at, Want(leave_id=leave_id, of="NAQ", what="seat", spec=spec, n=n, as_of=NOW))
            held = [booking.flight for booking in answer]
    return held


def main(url: str, threads: int, leaves: int, name: str) -> None:
    at = engine(url)
    with ThreadPoolExecutor(threads) as pool:
        ids = [f"UNEX-{name}-{i}" for i in range(leaves)]
        booked = pool.map(lambda leave_id: (leave_id, book(at, leave_id, random.Random(leave_id))), ids)
        for line in booked:
            print(json.dumps(line))
    at.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
