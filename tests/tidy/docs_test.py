"""docs_test.py ROOT ROOKERY PAGE [LIBFAKETIME]: runs what a page tells its reader to type, and compares. With
libfaketime, the clock of everything after the page's first command is two hours ahead.

Commands of all blocks of the page with the mark <!-- run --> run in one shell session in an empty folder,
with the built program, so that nothing has to be built again; lines that build are not in such a block. A
command that ends with "&" stays running until the end.
"""

import pathlib
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from transcript import Shell, matches, transcripts  # noqa: E402

# (expected, printed), so that the comparison is known to compare.
FIT = [(["a … c"], ["a b c"]), (["…"], []), (["…", "c"], ["a", "b", "c"]), ([], [])]
MISFIT = [(["a … c"], ["a b d"]), ([], ["x"]), (["…", "c"], ["a", "b"]), (["a…c"], ["a", "c"])]


def main():
    root, binary, page = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    commands = list(transcripts((root / page).read_text(encoding="utf-8")))
    if len(commands) < 5:
        sys.exit(f"{page} has no transcript to run")
    if not all(matches(*pair) for pair in FIT) or any(matches(*pair) for pair in MISFIT):
        sys.exit("the comparison compares nothing")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-docs-"))
    shell = Shell(folder, binary)
    try:
        problems = shell.follow(commands[:1], page)
        if len(sys.argv) > 4:
            _, failed = shell.run(f"export LD_PRELOAD={sys.argv[4]} FAKETIME=+2h FAKETIME_DONT_FAKE_MONOTONIC=1")
            now, _ = shell.run("date -u +%s")
            if failed or abs(int(now[-1]) - time.time() - 7200) > 600:
                sys.exit(f"the clock of the commands is not two hours ahead: {now}")
        problems += shell.follow(commands[1:], page)
    finally:
        shell.close()
        shutil.rmtree(folder)
    sys.exit("\n\n".join(problems) or None)


main()
