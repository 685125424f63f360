"""anchor_command_test.py ROOKERY

The anchor behind a program of the operator's, with a server that has given up starting any: it is written while the server
runs and at its end, read at a start, and finds an older copy of everything. A program that hangs stops nobody.
"""

import pathlib
import re
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import Failed, Serve, run  # noqa: E402

MEMORY = ("--allow-swap", "--allow-unlocked")


def write_program(path, script):
    path.write_text("#!/bin/sh\n" + script, encoding="ascii")
    path.chmod(0o755)


def anchored(file):
    return int(re.search(r"^log (\d+) ", file.read_text(encoding="utf-8"), re.M)[1])


def main():
    binary = sys.argv[1]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-anchor-command-"))
    kept, program = folder / "kept", folder / "keep-anchor"
    works = f'case "$1" in write) cat > {kept}.new && mv {kept}.new {kept};; read) test ! -e {kept} || cat {kept};; esac\n'
    write_program(program, works)
    with Serve(binary, folder, f'[anchor]\ncommand = "{program}"\n') as vault:
        client = vault.client()
        before = anchored(kept)
        while anchored(kept) <= before:
            client.expect(200, "GET", "WhoAmI")
        # It hangs: nobody waits, and the status says so.
        write_program(program, "exec sleep 600\n")
        warned = []
        while not warned:
            client.expect(200, "GET", "WhoAmI")
            status = client.expect(200, "GET", "rky_RetrieveVaultStatus()").json()
            warned = [line for line in status["Warnings"] if "the anchor cannot be written" in line]
        if str(program) not in warned[0]:
            raise Failed(f"the warning does not name the program: {warned}")
        write_program(program, works)
        client.close()
        vault.stop()
        exact = anchored(kept)
        older = folder / "older"
        shutil.copytree(vault.data, older)
        vault.start()
        client = vault.client()
        client.expect(200, "GET", "WhoAmI")
        client.close()
        vault.stop()
        if anchored(kept) <= exact:
            raise Failed("an orderly end does not write the anchor")
        newer = folder / "newer"
        vault.data.rename(newer)
        older.rename(vault.data)
        refused = run(binary, "serve", "--config", vault.config, expect=11)
        if f"the anchor {program} is of" not in refused.stderr:
            raise Failed(f"an older copy of everything: {refused.stderr}")
        run(binary, "anchor", "accept", "--data", vault.data, "--key-file", vault.key, *MEMORY, expect=2)
        run(binary, "anchor", "accept", "--data", vault.data, "--key-file", vault.key, "--command", program, *MEMORY)
        vault.start()
        vault.stop()
    shutil.rmtree(folder)
    print("the anchor behind a program: written, read, and no older copy served")


main()
