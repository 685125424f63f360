"""readme_test.py ROOT ROOKERY: runs what the README tells a newcomer to type, and compares.

A fenced block that follows the line <!-- run --> is a transcript: lines that begin with "$ " are
commands (a line that ends with a backslash goes on), the lines below one are its output. In an output
line "…" stands for anything. Commands of all blocks run in one shell session in an empty folder, with
the built program as `rookery` on the PATH, so that nothing has to be built again; lines that build are
not in such a block. A command that ends with "&" stays running until the end.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

MARK = "@@end-of-command@@"


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
        return ".*".join(re.escape(part) for part in line.rstrip().split("…"))

    wanted = "\n".join(pattern(line) for line in expected)
    return re.fullmatch(wanted, "\n".join(line.rstrip() for line in got)) is not None


class Shell:
    """One bash that keeps its variables between commands."""

    def __init__(self, folder, binary):
        path = f"{pathlib.Path(binary).resolve().parent}:{os.environ['PATH']}"
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
    root, binary = pathlib.Path(sys.argv[1]), sys.argv[2]
    commands = list(transcripts((root / "README.md").read_text(encoding="utf-8")))
    if len(commands) < 5:
        sys.exit("README.md has no transcript to run")
    if not matches(["a … c"], ["a b c"]) or matches(["a … c"], ["a b d"]) or matches([], ["x"]):
        sys.exit("the comparison compares nothing")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-readme-"))
    shell = Shell(folder, binary)
    failed = []
    try:
        for command, expected in commands:
            got, code = shell.run(command)
            if code != 0:
                failed.append(f"$ {command}\nended with {code}: " + "\n".join(got))
                break
            if not matches(expected, got):
                failed.append(f"$ {command}\nREADME.md says:\n" + "\n".join(expected)
                              + "\nit printed:\n" + "\n".join(got))
    finally:
        shell.close()
        shutil.rmtree(folder)
    sys.exit("\n\n".join(failed) or None)


main()
