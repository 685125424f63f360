"""clock_test.py ROOKERY LIBFAKETIME: a client whose clock is wrong is told that the certificate's dates do not fit its
clock, and one whose certificate has really ended hears the same words."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.vault import Failed, Vault, environment_for, run  # noqa: E402


def said_at(binary, environment, library, shift):
    clock = {"LD_PRELOAD": library, "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if shift else {}
    return run(binary, "get", "42", environment={**environment, **clock}, expect=None)


def main():
    binary, library = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, Vault(binary, pathlib.Path(folder) / "data") as vault:
        environment = environment_for(vault, folder, "agent")
        for shift, words in (("+400d", "has expired"), ("-2d", "is not valid yet")):
            done = said_at(binary, environment, library, shift)
            for word in (words, "by the clock of this machine, which says 20"):
                if done.returncode == 0 or word not in done.stderr:
                    raise Failed(f"{shift}: {done.returncode} {done.stderr}")
        done = said_at(binary, environment, library, None)
        if "certificate" in done.stderr:
            raise Failed(f"with the right clock: {done.returncode} {done.stderr}")


main()
