"""R8 with other hosts: processes that are killed at any moment neither make a limit admit more nor lose what is left of it."""

import random
import signal
import time

from servers import eventually

MOST = 600


def test_kills_neither_add_nor_lose(fleet, redis, tmp_path):
    limits = f"quota q {{ all of all  limit {MOST} requests per day }}"
    log = tmp_path / "taken"
    log.touch()
    url = redis.url("alone=deny")

    def start(name):
        host = fleet(limits, url, name)
        host.ask(for_s=60, pause_s=0.004, log_to=str(log))
        return host

    names = ("one", "one", "two", "two")
    running = [start(name) for name in names]
    choose = random.Random(26)
    kills = 0
    while kills < 40:
        time.sleep(choose.random() * 0.2)
        which = choose.randrange(len(running))
        running[which].process.send_signal(signal.SIGKILL)
        running[which].process.wait(30)
        kills += 1
        running[which] = start(names[which])
    # A process that was killed between two stores has spent one more than it could say.
    taken = eventually(lambda: log.stat().st_size >= MOST - kills and log.stat().st_size, seconds=30)
    time.sleep(1)
    assert MOST - kills <= taken <= log.stat().st_size <= MOST, (taken, log.stat().st_size, kills)
