"""R26: whatever becomes of Redis, no decision waits, limits are kept as configured, and it is used again by itself."""

import re
import signal
import socket
import subprocess

import pytest
from servers import Fake, Redis, Relay, eventually

LIMITS = "quota q { all of all  limit 100 requests per hour }"
WARM = {"app.id": "warm"}


def scope(host):
    return host.do(calls=1, set=WARM)["scope"]


def none_waited(*answers):
    # A decision that waited for a reply would have taken the second that a reply is given.
    for answer in answers:
        assert answer["waited_ms"] < 25 and answer["worst_ms"] < 500, answer


# Each fault begins and ends. The server is its own: nothing is left to the next.
def killed(server):
    server.stop(signal.SIGKILL)
    return server.start


def stopped(server):
    server.stop(signal.SIGTERM)
    return server.start


def suspended(server):
    server.process.send_signal(signal.SIGSTOP)
    return lambda: server.process.send_signal(signal.SIGCONT)


def read_only(server):
    assert server.say("REPLICAOF", "127.0.0.1", "1") == "OK"
    return lambda: server.say("REPLICAOF", "NO", "ONE")


def out_of_memory(server):
    server.say("CONFIG", "SET", "maxmemory-policy", "noeviction")
    assert server.say("CONFIG", "SET", "maxmemory", "1") == "OK"
    return lambda: server.say("CONFIG", "SET", "maxmemory", "0")


def password_changed(server):
    assert server.say("CONFIG", "SET", "requirepass", "other") == "OK"
    server.say("CLIENT", "KILL", "TYPE", "normal", password="other")

    def end():
        server.say("CONFIG", "SET", "requirepass", "", password="other")

    return end


def scripts_forbidden(server):
    assert server.say("ACL", "SETUSER", "default", "-eval", "-evalsha", "-script") == "OK"
    return lambda: server.say("ACL", "SETUSER", "default", "+@all")


@pytest.mark.parametrize("fault", [killed, stopped, suspended, read_only, out_of_memory, password_changed, scripts_forbidden])
@pytest.mark.parametrize("alone", ["share", "deny"])
def test_a_host_goes_on_alone_and_comes_back(fleet, redis, fault, alone):
    """Two hosts are expected, so that the share of one is half."""
    host = fleet(LIMITS, redis.url(f"alone={alone}&hosts=2"))
    assert eventually(lambda: scope(host) == "fleet")
    used = len(host.do(for_s=0.5, pause_s=0.02)["taken"])
    end = fault(redis)
    first = host.do(for_s=3, pause_s=0.02)
    rest = host.do(for_s=1, pause_s=0.02)
    none_waited(first, rest)
    assert rest["scope"] == "host"
    # Until the last answer is too old what it allowed is spent; afterwards its share, or nothing.
    assert len(first["taken"]) + len(rest["taken"]) + used <= 100
    if alone == "deny":
        assert rest["taken"] == [] and rest["refused"]
    said = re.compile(r"ERROR redis://127.0.0.1:\d+: .*until it answers")
    assert eventually(lambda: scope(host) and said.search("\n".join(host.do(log=True)))), host.do(log=True)
    end()
    assert eventually(lambda: scope(host) == "fleet", seconds=5), host.do(log=True)
    assert eventually(lambda: scope(host) and "limits and turns are shared by 1 host" in host.do(log=True)[-1])
    again = host.do(for_s=2, pause_s=0.02)
    none_waited(again)
    assert used + len(first["taken"]) + len(rest["taken"]) + len(again["taken"]) <= 100


def test_a_share_is_kept_by_a_host_that_never_met_redis(fleet, redis):
    url = redis.url("alone=share&hosts=4")
    redis.stop()
    host = fleet(LIMITS, url)
    answer = host.do(calls=200)
    none_waited(host.do(calls=2000))
    assert len(answer["taken"]) == 25 and answer["scope"] == "host"
    redis.start()
    assert eventually(lambda: scope(host) == "fleet", seconds=5)
    assert eventually(lambda: redis.say("KEYS", "keyrule:limit:*"))


def test_scripts_that_were_flushed_are_loaded_again(fleet, redis):
    host = fleet(LIMITS, redis.url())
    assert eventually(lambda: scope(host) == "fleet")
    for _ in range(5):
        assert redis.say("SCRIPT", "FLUSH") == "OK"
        none_waited(host.do(for_s=0.7, pause_s=0.05))
        assert scope(host) == "fleet"


def test_what_redis_has_lost_is_told_again(fleet, redis):
    """Two hosts that have used up a limit do not get it again from an empty server."""
    hosts = [fleet(LIMITS, redis.url("alone=deny"), name) for name in ("one", "two")]
    for host in hosts:
        host.ask(for_s=3, pause_s=0.01)
    assert sum(len(host.answer()["taken"]) for host in hosts) == 100
    assert redis.say("FLUSHALL") == "OK"
    for host in hosts:
        host.ask(for_s=3, pause_s=0.01)
    assert sum(len(host.answer()["taken"]) for host in hosts) == 0


def test_a_slow_server_is_only_slow(fleet, redis):
    relay = Relay(redis.port)
    relay.delay_s = 0.2
    host = fleet(LIMITS, relay.url("alone=deny"))
    assert eventually(lambda: scope(host) == "fleet")
    answer = host.do(for_s=4, pause_s=0.02)
    none_waited(answer)
    assert answer["scope"] == "fleet" and len(answer["taken"]) >= 40
    relay.close()


def test_a_black_hole_is_left(fleet, redis):
    """Packets go out and nothing comes back."""
    relay = Relay(redis.port)
    host = fleet(LIMITS, relay.url("alone=share&hosts=2"))
    assert eventually(lambda: scope(host) == "fleet")
    relay.swallows = True
    answer = host.do(for_s=4, pause_s=0.02)
    none_waited(answer)
    assert answer["scope"] == "host"
    relay.swallows = False
    assert eventually(lambda: scope(host) == "fleet", seconds=6)
    relay.close()


NONSENSE = {
    "nested": b"*1\r\n" * 10_000,
    "huge": b"*2147483647\r\n",
    "negative": b"*-5\r\n$-7\r\n",
    "long": b"$2147483647\r\n" + b"x" * 100_000,
    "http": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "zeros": b"\0" * 5000,
    "numbers": b":1\r\n" * 3,
    "pong": b"+PONG\r\n",
    "loading": b"-LOADING Redis is loading the dataset in memory\r\n",
    "error": b"-ERR " + b"\x1b[31m" * 2000 + b"\r\n",
    "end": b"",
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_not_believed(fleet, name):
    fake = Fake(NONSENSE[name])
    host = fleet(LIMITS, fake.url("alone=share&hosts=2"))
    answer = host.do(for_s=1.5, pause_s=0.02)
    none_waited(answer)
    assert answer["scope"] == "host" and 40 <= len(answer["taken"]) <= 50
    assert fake.asked > 0
    said = eventually(lambda: scope(host) and "\n".join(host.do(log=True)))
    assert "until it answers" in said and "\x1b" not in said and len(said) < 2000
    fake.close()
    assert host.end() == 0


def test_poison_in_the_keys_is_not_believed(fleet, redis):
    """Whoever else writes to the same keys spoils counts; nothing is admitted above the limit by one host for it."""
    host = fleet(LIMITS, redis.url("alone=deny"))
    assert eventually(lambda: scope(host) == "fleet")
    used = len(host.do(for_s=0.5, pause_s=0.05)["taken"])
    key = redis.say("KEYS", "keyrule:limit:*")
    for field in ("e", "u", "p", "r"):
        redis.say("HSET", key, field, "-1e300")
    fields = redis.say("HKEYS", key).split()
    for field in fields:
        if field.startswith(("h", "s")):
            redis.say("HSET", key, field, "nan -9e99 x 1 2")
    answer = host.do(for_s=1, pause_s=0.01)
    none_waited(answer)
    assert used + len(answer["taken"]) <= 100
    redis.say("DEL", key)
    redis.say("SET", key, "no hash")
    answer = host.do(for_s=3, pause_s=0.01)
    none_waited(answer)
    assert host.end() == 0


def test_passwords_are_asked_for_and_never_shown(fleet, redis, tmp_path):
    secret = "s3cret-" + "q" * 20
    assert redis.say("ACL", "SETUSER", "keyrule", "on", f">{secret}", "~keyrule:*", "+@all") == "OK"
    redis.say("CONFIG", "SET", "requirepass", secret)
    (tmp_path / "password").write_text(secret + "\n")
    right = [
        f"redis://:{secret}@127.0.0.1:{redis.port}",
        f"redis://keyrule:{secret}@127.0.0.1:{redis.port}/0",
        f"redis://keyrule@127.0.0.1:{redis.port}?password={tmp_path / 'password'}",
        f"redis://127.0.0.1:{redis.port}?password=env:KEYRULE_TEST_PASSWORD",
        f"unix://:{secret}@{redis.socket}?db=3",
    ]
    for number, url in enumerate(right):
        host = fleet(LIMITS, url, f"right{number}", KEYRULE_TEST_PASSWORD=secret)
        assert eventually(lambda: scope(host) == "fleet"), (url, host.do(log=True))
        assert secret not in "\n".join(host.do(log=True))
    wrong = fleet(LIMITS, f"redis://keyrule:{secret}x@127.0.0.1:{redis.port}", "wrong")
    none_waited(wrong.do(for_s=1.5, pause_s=0.05))
    said = "\n".join(wrong.do(log=True))
    assert "it refused the user or password" in said and secret not in said


def test_tls(fleet, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1"]
    subprocess.run([*words, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True,
                   capture_output=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ("--tls-port", port, "--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no")
    with Redis(tmp_path, *words) as server:
        for number, name in enumerate(("localhost", "127.0.0.1")):
            host = fleet(LIMITS, f"rediss://{name}:{port}?ca={certificate}", f"tls{number}")
            assert eventually(lambda: scope(host) == "fleet"), host.do(log=True)
            assert host.end() == 0
        host = fleet(LIMITS, f"rediss://localhost:{port}", "untrusted")
        host.do(for_s=1.5, pause_s=0.05)
        assert "its certificate is not trusted" in "\n".join(host.do(log=True))
        host = fleet(LIMITS, f"rediss://localhost:{server.port}", "plain")
        # It waits for the end of what it takes for a command.
        assert eventually(lambda: scope(host) and "it did not answer in time" in "\n".join(host.do(log=True)))


def test_the_doctor_asks_it(fleet, redis, tmp_path):
    from keyrule.dify import probe

    policy = tmp_path / "p.keyrule"
    policy.write_text('keyrule 1\nschema "dify"\ndefault { deny "no" }\n')
    assert probe.redis(policy, redis.url(), None) is None
    redis.stop()
    assert "it cannot be reached" in probe.redis(policy, redis.url(), None)["message"]


def test_children_of_fork_speak_for_themselves(fleet, redis):
    host = fleet(LIMITS, redis.url("alone=deny"))
    assert eventually(lambda: scope(host) == "fleet")
    host.ask(fork=True, for_s=2, pause_s=0.02)
    child = host.answer()
    assert host.answer() == "child ended"
    assert child["scope"] == "fleet" and child["taken"]
    assert scope(host) == "fleet"


def test_another_process_speaks_when_one_is_killed(fleet, redis):
    one, two = fleet(LIMITS, redis.url("alone=deny")), fleet(LIMITS, redis.url("alone=deny"))
    assert eventually(lambda: one.do(calls=1, pause_s=0.05)["taken"] and two.do(calls=1, pause_s=0.05)["taken"])
    for signal_ in (signal.SIGSTOP, signal.SIGKILL):
        one.process.send_signal(signal_)
        answer = two.do(for_s=3, pause_s=0.1)
        assert answer["scope"] == "fleet" and answer["refused"] == {}
    assert redis.say("ZCARD", "keyrule:hosts") == "2", "they are one host, beside the life of the data"


@pytest.mark.parametrize("url, says", [
    ("localhost:6379", "it has no `redis://`"),
    ("http://localhost", "`http://` is no scheme of Redis"),
    ("redis://", "its host is missing"),
    ("redis://h:99999", "its host or port is wrong"),
    ("redis://h/x", "its path is not the number of a database"),
    ("redis://h?hosts=0", "`hosts` is not a number from 1 to 10000"),
    ("redis://h?alone=never", "`alone` is `share` or `deny`"),
    ("redis://h?ca=x", "`ca` belongs to rediss://"),
    ("redis://h?host=3", "one of its parameters is none of db, hosts"),
    ("redis://secret@h", "a password alone is written with a colon before it"),
    ("redis://:p%4@h", "a `%` in user or password"),
    ("unix://h/x", "the path of the socket is missing"),
    ("redis://:a@h?password=env:B", "it has two passwords"),
    ("redis://h?password=env:KEYRULE_NOT_SET", "the environment has no `KEYRULE_NOT_SET`"),
    ("redis://h?password=/not/there", "/not/there"),
])
def test_wrong_addresses_are_refused(tmp_path, store, url, says):
    import keyrule

    policy = tmp_path / "p.keyrule"
    policy.write_text('keyrule 1\nschema "dify"\ndefault { deny "no" }\n')
    with pytest.raises(keyrule.UsageError) as error:
        keyrule.Engine(policy, redis_url=url)
    assert says in str(error.value) and "p%4" not in str(error.value)
