"""docs_test.py ROOT ROOKERY PAGE: runs what a page tells its reader to type, and compares.

A fenced block that follows the line <!-- run --> is a transcript: lines that begin with "$ " are
commands (a line that ends with a backslash goes on), the lines below one are its output. In an output
line "…" stands for anything, alone on its line for any number of lines. Commands of all blocks of the
page run in one shell session in an empty folder, with the built program as `rookery` on the PATH, so
that nothing has to be built again; lines that build are not in such a block. A command that ends with
"&" stays running until the end.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MARK = "@@end-of-command@@"
# (expected, printed), so that the comparison is known to compare.
FIT = [(["a … c"], ["a b c"]), (["…"], []), (["…", "c"], ["a", "b", "c"]), ([], [])]
MISFIT = [(["a … c"], ["a b d"]), ([], ["x"]), (["…", "c"], ["a", "b"]), (["a…c"], ["a", "c"])]


def transcripts(text):
    """(command, expected output lines) of each command of each block to run."""
    for block in re.findall(r"<!-- run -->\n```[a-z]*\n(.*?)```", text, re.DOTALL):
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
case $1 in
  init) exec "{binary}" "$@" --allow-swap ;;
  serve) printf '[memory]\\nallow_swap = true\\n' >> "$3" ;;
esac
exec "{binary}" "$@"
"""


def swap_is_on():
    return len(pathlib.Path("/proc/swaps").read_text(encoding="ascii").splitlines()) > 1


class Shell:
    """One bash that keeps its variables between commands."""

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

    def close(self):
        self.process.stdin.write("kill $(jobs -p) 2>/dev/null; wait; exit\n")
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


def main():
    root, binary, page = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    commands = list(transcripts((root / page).read_text(encoding="utf-8")))
    if len(commands) < 5:
        sys.exit(f"{page} has no transcript to run")
    if not all(matches(*pair) for pair in FIT) or any(matches(*pair) for pair in MISFIT):
        sys.exit("the comparison compares nothing")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-docs-"))
    shell = Shell(folder, binary)
    failed = []
    try:
        for command, expected in commands:
            got, code = shell.run(command)
            if code != 0:
                failed.append(f"$ {command}\nended with {code}: " + "\n".join(got))
                break
            if not matches(expected, got):
                failed.append(f"$ {command}\n{page} says:\n" + "\n".join(expected)
                              + "\nit printed:\n" + "\n".join(got))
    finally:
        shell.close()
        shutil.rmtree(folder)
    sys.exit("\n\n".join(failed) or None)


main()
