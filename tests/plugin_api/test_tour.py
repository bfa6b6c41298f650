"""The tour, from its first line to its last, in one folder: files are written, commands run on a terminal, the shell talks.

UPDATE_GOLDEN=1 writes what is printed into the page."""

import os
import re
from pathlib import Path

import pexpect
from repl_terminal import KEYRULE, MORE, PROMPT, Shell

PAGE = Path(__file__).resolve().parents[2] / "plugin_api" / "TOUR.md"
FENCE = re.compile(r"^```(\w+)(?: (.*?))?\n(.*?)^```$", re.M | re.S)
TAB = "⇥"


def on_a_terminal(command, folder):
    """What a shell shows of one command."""
    environment = dict(os.environ, PATH=f"{Path(KEYRULE).parent}:{os.environ['PATH']}", NO_COLOR="1", TERM="xterm")
    child = pexpect.spawn(
        "/bin/sh", ["-c", command], cwd=str(folder), env=environment, timeout=60, encoding="utf-8", dimensions=(60, 200)
    )
    child.expect(pexpect.EOF)
    child.close()
    return Shell.plain(child.before)


def console(block, folder):
    shown = ""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command = part.partition("\n")[0]
        shown += f"$ {command}\n{on_a_terminal(command, folder)}"
    return shown


def complete(shell, line):
    """Types up to the tabulator; what is offered. The line is given up then."""
    shell.child.send(line.replace(TAB, "\t"))
    shell.child.expect("\r\n")
    offered = shell.wait(PROMPT)
    shell.child.sendintr()
    shell.child.expect_exact("^C")
    shell.wait(PROMPT)
    return offered


def talk(arguments, block, folder):
    shell = Shell(arguments[0], folder, *arguments[1:], size=(60, 160), cwd=str(folder), NO_COLOR="1")
    shown = ""
    typed = [line for line in block.splitlines() if line.startswith((PROMPT, MORE))]
    for at, line in enumerate(typed):
        text = line[len(PROMPT) if line.startswith(PROMPT) else len(MORE) :]
        shown += line + "\n"
        if TAB in text:
            shown += complete(shell, text)
            continue
        goes_on = at + 1 < len(typed) and typed[at + 1].startswith(MORE)
        shell.child.send(text + "\n")
        shell.child.expect("\r\n")
        answer = shell.wait(MORE if goes_on else PROMPT)
        shown += answer
    assert shell.leave() == 0
    return shown


def test_every_line_of_the_tour(tmp_path):
    page = PAGE.read_text()
    kinds = {match[1] for match in FENCE.finditer(page)}
    assert kinds == {"keyrule", "json", "console", "repl"} and page.count("```") == 2 * len(FENCE.findall(page))

    def run(match):
        kind, name, block = match[1], match[2], match[3]
        if kind in ("keyrule", "json"):
            (tmp_path / name).write_text(block)
            return match[0]
        shown = console(block, tmp_path) if kind == "console" else talk(name.split(), block, tmp_path)
        return f"```{kind}{' ' + name if name else ''}\n{shown}```"

    done = FENCE.sub(run, page)
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(done)
    assert done.splitlines() == page.splitlines()
