"""Transcripts of the documents: what a page tells its reader to type, and what it says will come.

A fenced block that follows a line like <!-- run --> is a transcript: lines that begin with "$ " are
commands (a line that ends with a backslash goes on), the lines below one are its output. In an output
line "…" stands for anything, alone on its line for any number of lines.
"""

import os
import pathlib
import re
import subprocess

MARK = "@@end-of-command@@"


def transcripts(text, mark="run"):
    """(command, expected output lines) of each command of each block with this mark."""
    for block in re.findall(rf"<!-- {mark} -->\n```[a-z]*\n(.*?)```", text, re.DOTALL):
        command, output = None, []
        for line in block.splitlines():
            if command is not None and command.endswith("\\"):
                command = command + "\n" + line
            elif line.startswith("$ "):
                if command is not None:
                    yield command, output
                command, output = line[2:], []
            else:
                output.append(line)
        if command is not None:
            yield command, output


def matches(expected, got):
    def pattern(line):
        if line.rstrip() == "…":
            return "(?:.*\n)*"
        return ".*".join(re.escape(part) for part in line.rstrip().split("…")) + "\n"

    wanted = "".join(pattern(line) for line in expected)
    return re.fullmatch(wanted, "".join(line.rstrip() + "\n" for line in got)) is not None


# A real vault refuses a machine with swap. The pages do not teach to overrule that; a test must.
ON_SWAP = """#!/bin/sh
case "$1 $2" in
  "init "* | "verify "* | "recover "* | "status "* | "token create") exec "{binary}" "$@" --allow-swap ;;
  "serve "*) grep -q '^allow_swap' "$3" || printf '[memory]\\nallow_swap = true\\n' >> "$3" ;;
esac
exec "{binary}" "$@"
"""


def swap_is_on():
    return len(pathlib.Path("/proc/swaps").read_text(encoding="ascii").splitlines()) > 1


class Shell:
    """One bash that keeps its variables between commands, with the built program as `rookery` on its PATH."""

    def __init__(self, folder, binary):
        programs = pathlib.Path(binary).resolve().parent
        if swap_is_on():
            programs = folder / ".programs"
            programs.mkdir()
            (programs / "rookery").write_text(ON_SWAP.format(binary=pathlib.Path(binary).resolve()))
            (programs / "rookery").chmod(0o755)
        path = f"{programs}:{os.environ['PATH']}"
        self.process = subprocess.Popen(
            ["bash"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "PATH": path, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)})

    def run(self, command):
        """Output lines and exit code."""
        self.process.stdin.write(f"{command}\necho {MARK} $?\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if MARK in line:
                before, code = line.rstrip("\n").split(MARK)
                return lines + ([before] if before else []), int(code)
            lines.append(line.rstrip("\n"))
        raise SystemExit(f"the shell ended at: {command}")

    def follow(self, commands, page):
        """Runs (command, expected output lines) one after the other. What was not as the page says, in words."""
        problems = []
        for command, expected in commands:
            got, code = self.run(command)
            if code != 0:
                return problems + [f"$ {command}\nended with {code}: " + "\n".join(got)]
            if not matches(expected, got):
                problems.append(f"$ {command}\n{page} says:\n" + "\n".join(expected) + "\nit printed:\n" + "\n".join(got))
        return problems

    def close(self):
        self.process.stdin.write("kill $(jobs -p) 2>/dev/null; wait; exit\n")
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()
