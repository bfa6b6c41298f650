"""The sessions: what is driven, and who must have paid."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import drive
import overlay
import rig
import scenarios
from drive import Session, dify
from expected import Outcome, Paid, all_by

BOTH = (False, True)
PAIR = {"llm_a": ["prod-a"], "llm_b": ["prod-b"]}
HOST_PAIR = {"llm_a": ["shared"], "llm_b": ["shared"]}


def once_each(*nodes: str) -> Callable[[Paid], str | None]:
    """Two payments by turns: one on each key, in either order."""

    def look(paid: Paid) -> str | None:
        spent = [name for node in nodes for name in paid.get(node, [])]
        return None if sorted(spent) == ["prod-a", "prod-b"] else f"not once each: {paid}"

    return look


def with_name(node: str, credentials: list[str], *naming: str) -> Callable[[Paid], str | None]:
    """The message and, a second later, the conversation's name."""

    def look(paid: Paid) -> str | None:
        if {name: who for name, who in paid.items() if name != "llm/invoke"} != {node: credentials}:
            return f"not {node} by {credentials} alone: {paid}"
        return None if set(paid.get("llm/invoke", [])) <= set(naming) else f"the name was paid by {paid['llm/invoke']}"

    return look


def flow_with_name(paid: Paid) -> str | None:
    rest = {node: who for node, who in paid.items() if node != "llm/invoke"}
    return f"paid {paid}" if rest != PAIR or not set(paid.get("llm/invoke", [])) <= {"staging"} else None


def one_key_for_all(paid: Paid) -> str | None:
    spent = paid.get("agent", [])
    return None if len(spent) == 2 and len(set(spent)) == 1 else f"one message, several keys: {paid}"


STEER = {
    "pair": PAIR,
    "parallel": PAIR,
    "pair_tier": {"llm_a": ["prod-a"], "llm_b": ["staging"]},
    "mixed": {"classify": ["staging"], "extract": ["prod-a"], "llm_o": ["prod-b"]},
    "flowchat": flow_with_name,
    "iteration": once_each("llm_in"),
    "balanced": {"llm_p": ["prod-a"], "llm_q": ["shared"]},
    "chat": with_name("chat", ["prod-a"], "prod-a"),
    "completion": {"completion": ["prod-b"]},
    "agent": one_key_for_all,
    "chat_moderated": all_by("prod-a", moderation__invoke="staging", chat_moderated="prod-a"),
    "indexing": all_by(text_embedding__invoke="prod-a"),
    "hit_testing": all_by(text_embedding__invoke="prod-a", rerank__invoke="co-prod"),
    "knowledge": all_by(text_embedding__invoke="prod-a", rerank__invoke="co-prod", llm_k="prod-b"),
    "chat_dataset": all_by("prod-a", text_embedding__invoke="prod-a", rerank__invoke="co-prod", chat_dataset="prod-a"),
    "tts": {"tts/invoke": ["prod-b"]},
    "backwards": {"backwards": ["prod-b"]},
}
KNOWLEDGE_OF_END_USERS = "'end-user' is not a valid CreatorUserRole"  # 1.13.1's own defect: the node fails after its calls


def steer() -> Iterator[Session]:
    """Every path of Dify on a credential of its own."""
    drive.use_policy("steer")
    with dify("steer", environment=("MODERATION_BUFFER_SIZE=1",)) as session:
        wanted = dict(STEER)
        if has_defect_of_1_13_1():
            wanted["knowledge"] = Outcome(
                all_by(text_embedding__invoke="prod-a", rerank__invoke="co-prod"), says="CreatorUserRole"
            )
        session.each(list(wanted), wanted)
        for s in BOTH:
            named = {"llm_id": ["prod-b"], "llm_name": ["prod-a"], "llm_desc": ["staging"], "llm_plain": ["shared"]}
            session.drive("credential named on the node", "named", s, named)
            session.drive("the same after edit, publish, export and import", "named_again", s, named)
            session.drive("environment variable of the workflow", "env_variable", s, {"llm_e": ["staging"]})
            session.drive("environment tag of the app", "env_tag", s, {"llm_e": ["staging"]})
            session.drive("no environment", "env_none", s, {"llm_e": ["shared"]})
            session.drive("custom model", "custom", s, {"llm_c": ["cm-prod"]})
            session.drive("another tenant", "second_pair", s, {"llm_a": ["t2-prod-a"], "llm_b": ["t2-prod-b"]})
        session.drive("names of conversations", "chat", False, with_naming, settle=4.0)
        session.drive(
            "moderation of an answer while it is streamed",
            "chat_moderated_answer",
            True,
            moderated_answer,
            before=lambda context: context.options(chunk_delay=1.5),
            settle=2.0,
        )
        session.drive("speech while streaming", "chat_spoken", True, spoken, settle=2.0)
        yield session


def with_naming(paid: Paid) -> str | None:
    return None if paid == {"chat": ["prod-a"], "llm/invoke": ["prod-a"]} else f"paid {paid}"


def spoken(paid: Paid) -> str | None:
    if not paid.get("tts/invoke"):
        return f"nothing was spoken: {paid}"
    return None if set(paid["tts/invoke"]) == {"prod-b"} and paid["chat_spoken"] == ["prod-a"] else f"paid {paid}"


def moderated_answer(paid: Paid) -> str | None:
    """By a thread meanwhile, and once more at the end; both know the app and its user."""
    moderated = paid.get("moderation/invoke", [])
    if len(moderated) < 2 or set(moderated) != {"prod-b"}:
        return f"moderation was paid by {moderated}"
    return None if paid.get("chat_moderated_answer") == ["prod-a"] else f"paid {paid}"


def has_defect_of_1_13_1() -> bool:
    api, _ = rig.dify()
    return os.path.isdir(os.path.join(api, "dify_graph"))


def refuse() -> Iterator[Session]:
    """Refusals end the run, on the node, with the policy's words; retries go to the policy's next credential."""
    drive.use_policy("deny")
    with dify("refuse") as session:
        for s in BOTH:
            session.drive("second node", "pair", s, Outcome({"llm_a": ["prod-a"]}, says="node b is closed today"))
            session.drive("flow of a chat", "flowchat", s, Outcome(all_by("shared", llm_a="prod-a"), says="node b is closed today"))
            session.drive("completion", "completion", s, Outcome({}, says="this app is closed today"))
            session.drive("chat", "chat", s, Outcome({}, says="this app is closed today"))
        refused = scenarios.indexing(session.context)
        session.check(
            "indexing", refused, None if refused["paid"] == {} and "no embedding today" in str(refused) else "not refused"
        )
        session.policy("failover")
        for s in BOTH:
            failover(session, s)
        session.policy("waiting")
        for s in BOTH:
            result = session.drive("waits for its turn", "pair", s, {"llm_a": ["prod-a"], "llm_b": ["prod-a"]})
            waited = result["outcome"].get("seconds", 0) >= 0.5
            session.check("waited", result, None if waited else "both calls went out at once")
        yield session


def failover(session: Session, s: bool) -> None:
    def fault(name: str, status: int, **more: object) -> Callable[[scenarios.Context], None]:
        return lambda context: context.fault(name, status, **more)

    def rested() -> None:
        time.sleep(2.5)  # until no key rests any more

    for status, what in ((429, "rate limited"), (401, "unauthorized"), (500, "server error")):
        wanted = {"llm_a": [f"prod-a!{status}", "prod-b"], "llm_b": ["staging"]}
        session.drive(f"{what} once", "pair", s, wanted, before=fault("prod-a", status, times=1, retry_after=1))
        rested()
    paid = {"llm_a": ["prod-a!429", "prod-b!429"]}
    both = [fault(name, 429, retry_after=1) for name in ("prod-a", "prod-b")]
    session.drive(
        "every key out",
        "pair",
        s,
        Outcome(paid, says="every key of node a is out"),
        before=lambda context: [f(context) for f in both],
    )
    rested()
    half = fault("prod-a", 429, retry_after=1, after=1)
    session.drive(
        "rate limited inside the stream", "pair", s, Outcome({"llm_a": ["prod-a!429"]}, says="rig fault 429"), before=half
    )
    rested()
    session.drive("and the key rests then", "pair", s, {"llm_a": ["prod-a"], "llm_b": ["staging"]})
    for app in ("chat", "completion"):
        paid = with_name(app, ["prod-a!429", "prod-b"], "prod-a", "prod-b")
        session.drive(f"{app} rate limited", app, s, paid, before=fault("prod-a", 429, times=1, retry_after=1, node=app))
        rested()
    bad = fault("staging", 400)
    session.drive(
        "the caller's fault",
        "pair",
        s,
        Outcome({"llm_a": ["prod-a"], "llm_b": ["staging!400"]}, says="rig fault 400"),
        before=bad,
    )


def turns() -> Iterator[Session]:
    """Turns count what is paid: one decision an execution, however often Dify looks."""
    drive.use_policy("turns")
    with dify("turns") as session:
        for s in BOTH:
            for _ in range(3):
                session.drive("a turn a node", "pair", s, once_each("llm_a", "llm_b"))
            session.drive("a turn a round", "iteration", s, once_each("llm_in"))
        for _ in range(2):
            result = scenarios.drive(session.context, "agent", "agent", True)
            session.check("one key a message of an agent", result, one_key_for_all(result["paid"]))
        time.sleep(4)  # the names of those conversations come late, and are paid by turns as well
        spent: list[str] = []
        for _ in range(4):  # a completion has no name that takes a turn of its own
            spent += scenarios.drive(session.context, "completion", "completion", True)["paid"].get("completion", [])
        turn = spent in (["prod-a", "prod-b"] * 2, ["prod-b", "prod-a"] * 2)
        session.check("a turn a message", {"paid": {"completion": spent}}, None if turn else f"{spent}")
        yield session


def host() -> Iterator[Session]:
    """A policy that leaves everything to Dify pays as Dify alone does, balancing included."""
    plain, steered = [], []
    balancing = ("MODEL_LB_ENABLED=true",)
    with dify("baseline", adapter=None, environment=balancing) as session:
        plain = list(scenarios.run(session.context, []))
    drive.use_policy("host")
    with dify("host", environment=balancing) as session:
        for before, after in zip(plain, scenarios.run(session.context, []), strict=True):
            steered.append(after)
            # Where Dify balances, its cursor goes on from run to run: how many were paid counts there, and by which set of keys.
            same = comparable(before) == comparable(after)
            session.check(
                f"{before['scenario']} as without", after, None if same else f"without: {json.dumps(before, sort_keys=True)}"
            )
        rotated = [r["paid"].get("llm_q", [])[0] for r in steered if r["scenario"] == "balanced"]
        session.check(
            "Dify's balancer goes on", {"paid": {"llm_q": rotated}}, None if len(set(rotated)) > 1 else "it does not rotate"
        )
        session.policy("steer")
        runs = [scenarios.drive(session.context, "balanced", "balanced", False) for _ in range(3)]
        chosen = [r["paid"].get("llm_p") for r in runs]
        session.check(
            "a chosen credential is out of it", {"paid": {"llm_p": chosen}}, None if chosen == [["prod-a"]] * 3 else f"{chosen}"
        )
        others = [r["paid"].get("llm_q", [None])[0] for r in runs]
        session.check(
            "what is not chosen still rotates", {"paid": {"llm_q": others}}, None if len(set(others)) == 3 else f"{others}"
        )
        yield session


def comparable(result: dict) -> object:
    paid = result.get("paid", {})
    if result["scenario"] == "balanced":
        return {node: len(who) for node, who in paid.items()}
    outcome = result.get("outcome", {})
    shown = {node: who for node, who in paid.items() if node != "llm/invoke"}  # names of conversations come when they come
    if result["scenario"] in ("mixed",):
        shown["llm_o"] = ["balanced"] * len(shown.get("llm_o", []))
    asked = shown.get("text_embedding/invoke", [])
    if result["scenario"] in ("knowledge", "chat_dataset") and len(asked) == 2:
        # Two datasets are asked side by side: the second finds the query's embedding in Dify's cache, or pays for it too.
        shown["text_embedding/invoke"] = sorted(set(asked))
    return shown, outcome.get("state"), outcome.get("http"), outcome.get("error"), result.get("failed")


def pools() -> Iterator[Session]:
    """Celery's other pools, and children that are replaced while runs go on."""
    drive.use_policy("steer")
    for pool in ("prefork", "threads"):
        with dify(pool, adapter="pth", pool=pool, recycle=2 if pool == "prefork" else 50) as session:
            for _ in range(4):
                session.drive("pair", "pair", True, PAIR)
            session.each(["flowchat", "indexing", "hit_testing"], STEER)
            yield session


def reload() -> Iterator[Session]:
    """The policy and the store change while a run is under way."""
    drive.use_policy("steer")
    with dify("reload") as session:
        for s in BOTH:
            drive.use_policy("steer")
            time.sleep(4)
            switched = threading.Timer(1.0, drive.use_policy, ["deny"])
            switched.start()
            session.drive(
                "policy changes between two nodes",
                "pair",
                s,
                Outcome({"llm_a": ["prod-a"]}, says="node b is closed today"),
                before=lambda context: context.options(chunk_delay=2.0),
            )
            switched.join()
        session.policy("steer")
        publishing = Publisher()
        with publishing:
            for s in BOTH * 3:
                session.drive("generations are published meanwhile", "pair", s, PAIR, before=lambda c: c.options(chunk_delay=0.3))
        session.check(
            "generations", {"paid": {"published": publishing.count}}, None if publishing.count >= 4 else "too few were published"
        )
        tenant = [
            "--tenant",
            session.context.seed["tenant_id"],
            "--provider",
            "openai",
            "--name",
            "prod-b",
            "--store",
            str(drive.store()),
        ]
        drive.keyrule("disable", *tenant)
        time.sleep(3)
        for s in BOTH:
            session.drive("a credential that was taken back", "pair", s, Outcome({"llm_a": ["prod-a"]}, says="rule second"))
        drive.keyrule("enable", *tenant)
        time.sleep(3)
        session.drive("and given again", "pair", True, PAIR)
        drive.POLICY.with_suffix(".new").write_text("keyrule 1\nthis is no policy\n")
        os.replace(drive.POLICY.with_suffix(".new"), drive.POLICY)
        time.sleep(4)
        session.drive("a policy with errors changes nothing", "pair", False, PAIR)
        yield session


class Publisher:
    """Publishes generations, some a second, for as long as it is entered."""

    def __init__(self) -> None:
        self.count = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        tenant = json.load(open(rig.state_file()))["tenant_id"]
        what = ["--tenant", tenant, "--provider", "openai", "--name", "staging", "--store", str(drive.store())]
        while not self._stop.wait(0.2):
            drive.keyrule("disable" if self.count % 2 == 0 else "enable", *what)
            self.count += 1
        drive.keyrule("enable", *what)


def broken() -> Iterator[Session]:
    """Nothing that fails ends on the shared credential; what this Dify lacks is named."""
    drive.use_policy("steer")
    with dify("no store", environment=("KEYRULE_STORE=/nonexistent/store",)) as session:
        for s in BOTH:
            session.drive("refused with words", "pair", s, Outcome({}, says="nothing is spent"))
            session.drive("completion", "completion", s, Outcome({}, says="nothing is spent"))
        yield session
    with overlay.without_a_point() as (api, words):
        before = os.environ["DIFY_API"], os.environ.get("RIG_LABEL")
        os.environ["RIG_LABEL"], os.environ["DIFY_API"] = rig.label(), api
        try:
            session = Session("missing point", None)  # type: ignore[arg-type]
            session.check("Dify does not start", {}, starts_and_says(words))
            with dify("missing point", environment=("KEYRULE_ON_MISSING=host",)) as started:
                started.lines, started.failures = session.lines, session.failures
                started.drive("what is not lost is steered", "pair", True, PAIR)
                started.drive(
                    "what is lost is left to Dify", "chat", False, {"chat": ["prod-a"], "llm/invoke": ["shared"]}, settle=4.0
                )
                yield started
        finally:
            os.environ["DIFY_API"] = before[0]
            os.environ.pop("RIG_LABEL") if before[1] is None else os.environ.__setitem__("RIG_LABEL", before[1])


def starts_and_says(words: str) -> str | None:
    """What is wrong, if Dify starts all the same or does not say why it does not."""
    try:
        with dify("missing point"):
            return "it started"
    except SystemExit:
        log = Path(rig.STATE, "api.log").read_text(errors="replace")
        return None if words in log else f"its log does not name the point: {log[-500:]}"


def decisions() -> Iterator[Session]:
    """A run's id finds its decisions."""
    drive.use_policy("steer")
    for old in drive.DECISIONS.glob("*") if drive.DECISIONS.exists() else ():
        old.unlink()
    with dify("decisions") as session:
        for s in BOTH:
            session.drive("pair", "pair", s, PAIR)
        written = "".join(file.read_text() for file in drive.DECISIONS.glob("*"))
        records = [json.loads(line) for line in written.splitlines()]
        made = [r for r in records if r["kind"] == "decided"]
        runs = {r["context"].get("workflow.run_id") for r in made}
        nodes = sorted(r["context"].get("node.id", "") for r in made)
        session.check(
            "one record a node",
            {"paid": {"nodes": nodes}},
            None if nodes == ["llm_a"] * 2 + ["llm_b"] * 2 and len(runs) == 2 else f"{made}",
        )
        reported = [r["outcome"] for r in records if r["kind"] == "reported"]
        session.check("one report a node", {"paid": {"outcomes": reported}}, None if reported == ["ok"] * 4 else f"{reported}")
        leaked = [name for key, name in session.context.seed["key_names"].items() if key in written]
        session.check("no secret in them", {}, f"{leaked}" if leaked else None)
        yield session


ALL: dict[str, Callable[[], Iterator[Session]]] = {
    "steer": steer,
    "refuse": refuse,
    "turns": turns,
    "host": host,
    "pools": pools,
    "reload": reload,
    "broken": broken,
    "decisions": decisions,
}
