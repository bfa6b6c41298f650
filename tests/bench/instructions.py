#!/usr/bin/env python3
"""Instructions of a decision, by callgrind, against those in instructions.json: instructions.py PROBE [--renew].

A shape that takes more than 5 % more instructions than its baseline fails, and so does one that takes a quarter less: then
the baseline guards nothing any more. `make instructions` renews it; look at the difference before you commit it.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BASELINE = Path(__file__).with_name("instructions.json")
MOST = 1.05
LEAST = 0.75


def count(probe):
    """Instructions of one decision with its release, by shape and size."""
    with tempfile.TemporaryDirectory() as folder:
        # Reading dumped files is all that is done with them: no names are needed.
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={folder}/out", probe]
        ran = subprocess.run(command, capture_output=True, text=True)
        if ran.returncode != 0:
            sys.exit(f"{' '.join(command)} failed:\n{ran.stdout}{ran.stderr}")
        decisions = int(ran.stdout.split()[-1])
        counts = {}
        for dump in Path(folder).glob("out.*"):
            text = dump.read_text(errors="replace")
            name = re.search(r"^desc: Trigger: Client Request: (\S+)$", text, re.M)
            total = re.search(r"^(?:totals|summary): (\d+)$", text, re.M)
            if name and total:
                counts[name[1]] = round(int(total[1]) / decisions)
    return dict(sorted(counts.items(), key=lambda item: (item[0].split("-")[0], int(item[0].split("-")[1]))))


def main():
    counts = count(sys.argv[1])
    if len(counts) < 10:
        sys.exit(f"only {len(counts)} counts: {counts}")
    if sys.argv[2:] == ["--renew"]:
        BASELINE.write_text(json.dumps(counts, indent=2) + "\n")
        print(f"{BASELINE}: {counts}")
        return
    baseline = json.loads(BASELINE.read_text())
    wrong = []
    print(f"{'':16} {'baseline':>9} {'now':>9}")
    for name in sorted(baseline.keys() | counts.keys()):
        before, now = baseline.get(name, 0), counts.get(name, 0)
        change = now / before if before else float("inf")
        print(f"{name:16} {before:9} {now:9} {100 * (change - 1):+7.1f} %")
        if not LEAST <= change <= MOST:
            wrong.append(f"{name}: {before} instructions before, {now} now")
    if wrong:
        sys.exit("\n".join(wrong) + "\nIf that is meant: `make instructions` writes new ones into tests/bench/instructions.json.")


if __name__ == "__main__":
    main()
