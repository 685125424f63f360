"""clients_test.py ROOKERY TEST.mjs…

Starts a `rookery dev` and runs Node's tests in the files against it: libraries of other people that speak to Dataverse and
do not know that they speak to a vault.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from vault import Vault  # noqa: E402


def main():
    binary, *files = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="rookery-clients-") as folder:
        with Vault(binary, pathlib.Path(folder) / "data") as vault:
            environment = dict(
                os.environ,
                NODE_EXTRA_CA_CERTS=str(vault.ca),
                ROOKERY_URL=f"https://{vault.host}:{vault.port}",
                ROOKERY_TOKENS=json.dumps(vault.tokens),
                ROOKERY_IDS=json.dumps({"users": vault.users, "teams": vault.facts["teams"]}),
            )
            done = subprocess.run(["node", "--test", *files], env=environment, cwd=HERE, stdin=subprocess.DEVNULL)
            vault.stop()
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
