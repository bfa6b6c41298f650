"""What `keyrule dify doctor` asks Dify's own interpreter. Given to it as text (`python -P -c`), so it imports nothing of ours
before that is what is asked. Prints one line of JSON behind a mark; whatever goes wrong stands in it.

Arguments: Dify's api folder; `import` to import Dify's modules as well, or `sources`.
"""

import importlib
import json
import os
import sys

MARK = "keyrule-probe:"


def said(problem: BaseException) -> "dict[str, object]":
    found: "dict[str, object]" = {"type": type(problem).__name__, "message": str(problem)}
    diagnostics = getattr(problem, "diagnostics", None)
    return found | ({"diagnostics": diagnostics} if diagnostics else {})


def package() -> "dict[str, object]":
    import keyrule
    import keyrule.dify

    return {"file": keyrule.__file__, "adapter": bool(getattr(keyrule.dify, "install", None))}


def engine() -> "dict[str, object]":
    """Opens the policy alone, then with the store: so that each has its own trouble."""
    import keyrule

    policy, store, key, state = (os.environ.get(f"KEYRULE_{word}") or None for word in ("POLICY", "STORE", "KEY", "STATE"))
    library = os.environ.get("KEYRULE_LIBRARY") or None
    found: "dict[str, object]" = {}
    for name, given in (("policy", None), ("store", store)):
        if policy is None or (name == "store" and given is None):
            continue
        try:
            keyrule.Engine(policy=policy, store=given, key=key if given else None, library=library).close()
            found[name] = None
        except Exception as problem:
            found[name] = said(problem)
            break  # a store cannot be opened without a policy
    if policy is not None and state is not None and found.get("policy", "") is None:
        try:
            keyrule.Engine(policy=policy, state=state, library=library).close()
            found["state"] = None
        except Exception as problem:
            found["state"] = said(problem)
    url = os.environ.get("KEYRULE_REDIS_URL") or None
    if policy is not None and url is not None and found.get("policy", "") is None:
        try:
            found["redis"] = redis(policy, url, library)
        except Exception as problem:
            found["redis"] = said(problem)
    return found


def redis(policy: str, url: str, library: "str | None") -> "dict[str, object] | None":
    """None where it answers; else what the library's log says of it. A connection is given a second."""
    import logging
    import time

    import keyrule

    lines: "list[str]" = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    logging.getLogger("keyrule").addHandler(Lines())
    with keyrule.Engine(policy=policy, redis_url=url, library=library) as engine:
        end = time.monotonic() + 5
        while time.monotonic() < end:
            if engine.get_current_credentials({}, dry=True).to_dict()["scope"] == "fleet":
                return None
            if about := [line for line in lines if "until it answers" in line]:
                return {"message": about[-1].partition("; until it answers")[0]}
            time.sleep(0.02)
    return {"message": "it does not answer"}


def points(api: str, importing: bool) -> "dict[str, object]":
    """Of this Dify: found in its source, and patched as its modules are imported here."""
    sys.path.insert(0, api)
    os.chdir(api)
    import keyrule.dify as adapter

    report = adapter.install(adapter.Settings(policy="-", on_missing="host"))
    trouble = None
    for module in sorted({point.module for point in report.points if point.state == "pending"}) if importing else ():
        try:
            importlib.import_module(module)
        except BaseException as problem:  # Dify's, also SystemExit
            trouble = trouble or {"module": module} | said(problem)
    states = [[point.name, point.module, point.state, point.detail] for point in report.points]
    return {"points": states, "import": trouble}


def main(api: str, importing: bool) -> None:
    answer: "dict[str, object]" = {"executable": sys.executable, "version": list(sys.version_info[:3])}
    for name, ask in (("package", package), ("engine", engine), ("points", lambda: points(api, importing))):
        try:
            answer[name] = ask()
        except BaseException as problem:
            answer[name] = {"failed": said(problem)}
            if name == "package":
                break
    print(f"\n{MARK}{json.dumps(answer)}", flush=True)
    os._exit(0)  # Dify's modules may have begun threads


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] == "import")
