#!/usr/bin/env python3
"""Whether a library still asks memory for what finding a rule will read: prefetches.py LIBRARY.

g++ 12 drops calls of functions that do nothing else (evaluator/prefetch.h). Nothing that is decided shows it, and hardly a
count of instructions: only time does, with many rules.
"""
import re
import subprocess
import sys

# In the code that finds a rule: its cell, its two lines, its tests and those before them, their text, its credential.
WHERE, LEAST = "Program::FindByIndex<false>", 7


def main():
    command = ["objdump", "--disassemble", "--demangle", "--no-show-raw-insn", sys.argv[1]]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    functions = re.split(r"^[0-9a-f]+ <(.*)>:$", listing, flags=re.M)
    bodies = [body for name, body in zip(functions[1::2], functions[2::2]) if WHERE in name and "RuleIndex" not in name]
    if len(bodies) != 1:
        sys.exit(f"{len(bodies)} functions of {sys.argv[1]} are called {WHERE}")
    found = len(re.findall(r"\tprefetch", bodies[0]))
    print(f"{WHERE}: {found} prefetches")
    if found < LEAST:
        sys.exit(f"at least {LEAST} were written: see evaluator/prefetch.h")


if __name__ == "__main__":
    main()
