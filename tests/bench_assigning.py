"""How long it takes to assign 150 papers to 50 members: `python -m tests.bench_assigning`."""

import datetime as dt
import random
import time

from papers.assigning.model import Bid, Person, Work
from papers.assigning.solver import assign

DAY = dt.date(2023, 7, 10)


def problem(kind: str, seed: int, papers: int = 150, members: int = 50) -> tuple[list[Work], list[Person]]:
    chance = random.Random(seed)  # noqa: S311
    points = [3] * papers if kind == "all deep" else [chance.choice((3, 3, 3, 1)) for _ in range(papers)]
    works = [Work(at, points[at], DAY + dt.timedelta(weeks=at // 6)) for at in range(papers)]
    people = []
    for at in range(members):
        bids: dict[int, Bid] = {}
        if kind == "everybody wants ten":
            bids = dict.fromkeys(range(10), Bid.WANT)
        elif kind != "no bids":
            for work in chance.sample(range(papers), 25):
                bids[work] = chance.choice((Bid.WANT, Bid.COULD, Bid.COULD, Bid.NO))
        start = DAY + dt.timedelta(weeks=chance.randrange(20))
        away = ((start, start + dt.timedelta(weeks=5)),) if kind == "many away" and chance.random() < 0.5 else ()
        people.append(Person(at, float(chance.randrange(0, 10)), 4, away, bids))
    return works, people


def main() -> None:
    for kind in ("bids", "no bids", "all deep", "everybody wants ten", "many away"):
        for seed in range(3):
            works, people = problem(kind, seed)
            begin = time.perf_counter()
            out = assign(works, people, seed=seed)
            took = time.perf_counter() - begin
            print(
                f"{kind:22} seed {seed}: {took:5.2f} s, placed {len(out.given)}, spread {out.spread:.1f},"
                f" preference {out.preference}, proven {out.proven}",
                flush=True,
            )


if __name__ == "__main__":
    main()
