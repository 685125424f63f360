"""compile_case.py SOURCE COMPILER FLAG...: SOURCE must compile as it stands, and must not compile with
ROOKERY_WRONG defined; the compiler must then say what the line "// error: <regular expression>" of
SOURCE expects. The two differ in nothing else, so it is the rule that stops the wrong one."""

import pathlib
import re
import subprocess
import sys


def compile_source(source, command, *more):
    return subprocess.run(
        [*command, *more, "-fsyntax-only", str(source)], capture_output=True, text=True, check=False
    )


def main():
    source, command = pathlib.Path(sys.argv[1]), sys.argv[2:]
    expected = re.search(r"^// error: (.*)$", source.read_text(encoding="utf-8"), re.MULTILINE)
    if expected is None:
        sys.exit(f"{source}: names no error")
    right = compile_source(source, command)
    if right.returncode != 0:
        sys.exit(f"{source}: does not compile without ROOKERY_WRONG\n{right.stderr}")
    wrong = compile_source(source, command, "-DROOKERY_WRONG")
    if wrong.returncode == 0:
        sys.exit(f"{source}: compiles, and must not")
    errors = [line for line in wrong.stderr.splitlines() if "error:" in line]
    if not any(re.search(expected.group(1), line) for line in errors):
        sys.exit(f"{source}: fails for another reason than {expected.group(1)!r}\n{wrong.stderr}")


main()
