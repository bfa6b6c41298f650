"""Two hosts as two network namespaces, and a Redis server in a third: cables that are pulled, not only servers that stop."""

import os
import subprocess
import time

import pytest
from servers import Redis, eventually

LIMITS = "quota q { all of all  limit 200 requests per hour }"


def ip(*words, within=None):
    """Within a namespace by nsenter: `ip -n` mounts, which a chroot does not let it."""
    enter = [] if within is None else ["nsenter", f"--net=/run/netns/{within}"]
    done = subprocess.run([*enter, "ip", *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, f"ip {words}: {done.stderr} (network namespaces need root and CAP_SYS_ADMIN)"


class Network:
    """One namespace for the server, one for each host; a cable from each host to the server."""

    def __init__(self, hosts):
        self.server = f"kr{os.getpid()}s"
        self.hosts = [f"kr{os.getpid()}h{number}" for number in range(hosts)]
        self.made = []

    def __enter__(self):
        for name in (self.server, *self.hosts):
            ip("netns", "add", name)
            self.made.append(name)
            ip("link", "set", "lo", "up", within=name)
        for number, name in enumerate(self.hosts):
            ip("link", "add", f"to{number}", "type", "veth", "peer", "name", "up0", "netns", name, within=self.server)
            ip("addr", "add", f"10.77.{number}.1/24", "dev", f"to{number}", within=self.server)
            ip("link", "set", f"to{number}", "up", within=self.server)
            ip("addr", "add", f"10.77.{number}.2/24", "dev", "up0", within=name)
            ip("link", "set", "up0", "up", within=name)
        return self

    def __exit__(self, *_):
        for name in self.made:
            subprocess.run(["ip", "netns", "delete", name], capture_output=True)

    def inside(self, name):
        # `ip netns exec` mounts as well, which a chroot does not let it.
        return ["nsenter", f"--net=/run/netns/{name}"]

    def pull(self, number):
        ip("link", "set", f"to{number}", "down", within=self.server)

    def plug(self, number):
        ip("link", "set", f"to{number}", "up", within=self.server)


@pytest.fixture
def two(tmp_path, fleet):
    """(network, hosts(alone)): two processes on each of two hosts."""
    with Network(2) as network:
        with Redis(tmp_path, inside=network.inside(network.server)) as server:

            def hosts(alone):
                made = []
                for number, name in enumerate(network.hosts):
                    url = f"redis://10.77.{number}.1:{server.port}/0?hosts=2&alone={alone}"
                    pair = [fleet(LIMITS, url, f"host{number}", inside=network.inside(name)) for _ in range(2)]
                    assert eventually(lambda: pair[0].do(calls=1, pause_s=0.02)["scope"] == "fleet"), pair[0].do(log=True)
                    made.append(pair)
                return made

            yield network, server, hosts


def together(hosts, seconds):
    """What all processes take at the same time, by host."""
    for pair in hosts:
        for process in pair:
            process.ask(for_s=seconds, pause_s=0.01)
    return [[process.answer() for process in pair] for pair in hosts]


def count(answers):
    return sum(len(answer["taken"]) for answer in answers)


def used(server):
    """What the scripts have counted of the limit."""
    key = server.say("KEYS", "keyrule:limit:*")
    fields = server.say("HGETALL", key).split("\n")
    pairs = dict(zip(fields[::2], fields[1::2]))
    return sum(int(value) for field, value in pairs.items() if field.startswith("s"))


def test_a_limit_admits_what_it_says(two):
    """R27: two processes on each of two hosts, and not one call more than the limit."""
    _, server, make = two
    hosts = make("deny")
    before = used(server)
    taken = sum(count(answers) for answers in together(hosts, 4))
    assert before + taken in (200, 201, 202), "all of it (what was asked before the first answer may not be told yet)"
    assert used(server) == 200
    assert sum(count(answers) for answers in together(hosts, 1)) == 0


@pytest.mark.parametrize("alone", ["share", "deny"])
def test_a_host_that_is_cut_off(two, alone):
    network, server, make = two
    hosts = make(alone)
    first = together(hosts, 0.5)
    network.pull(0)
    cut = together(hosts, 4)
    for answer in cut[0]:
        assert answer["scope"] == "host"
        # No packet comes back: a decision that waited would wait for seconds.
        assert answer["worst_ms"] < 500 and answer["waited_ms"] < 25, answer
    assert {answer["scope"] for answer in cut[1]} == {"fleet"}
    network.plug(0)
    assert eventually(lambda: all(process.do(calls=1, pause_s=0.02)["scope"] == "fleet" for process in hosts[0]), seconds=5)
    last = together(hosts, 2)
    by_host = [count(first[n]) + count(cut[n]) + count(last[n]) for n in (0, 1)]
    # What the one that is cut off takes beyond what it was granted is its share at the most; and each may be ahead by an
    # eighth of its share when it comes anew.
    slack = 0 if alone == "deny" else 100 + 2 * 12
    assert 100 < sum(by_host) <= 200 + slack, by_host
    assert by_host[0] <= 100 + 12 + 1 or alone == "deny"
    time.sleep(0.3)
    assert sum(count(answers) for answers in together(hosts, 1)) == 0
