"""set_up_test.py ROOT ROOKERY

Follows the pages to a sync against the organization: docs/operations/first-agent.md for a vault with a record,
then what docs/operations/dataverse.md says to type, in the same shell. The record must arrive, without its token.
"""

import json
import pathlib
import re
import shutil
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from organization import Organization, leaks  # noqa: E402
from transcript import Shell, transcripts  # noqa: E402

BEFORE = "docs/operations/first-agent.md"
PAGE = "docs/operations/dataverse.md"
WAIT_SECONDS = 30
SERVE = "rookery serve --config rookery.toml --ready-fd 3 "


def here(command, organization):
    """The command with this organization for the page's names."""
    facts = organization.facts
    for text, instead in {
        "https://contoso.crm.dynamics.com": facts["url"],
        "https://login.microsoftonline.com/TENANT": facts["authority"],
        "'client_id = \"CLIENT\"'": f"'client_id = \"{facts['client_id']}\"' 'ca_file = \"{facts['ca']}\"'",
    }.items():
        command = command.replace(text, instead)
    return command


def follow(root, binary, page):
    """Problems in words."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-set-up-"))
    commands = list(transcripts((root / page).read_text(encoding="utf-8"), "run with an organization"))
    if len(commands) < 3 or not any(SERVE in command for command, _ in commands):
        return [f"{page} does not say how to set the sync up"]
    with Organization() as organization:
        shell = Shell(folder, binary)
        try:
            problems = shell.follow(transcripts((root / BEFORE).read_text(encoding="utf-8")), BEFORE)
            shell.run(f"install -m 600 {organization.facts['client_secret_file']} dataverse.secret")
            problems += shell.follow([(here(command, organization), expected) for command, expected in commands], page)
            for _ in range(WAIT_SECONDS * 10):
                rows = organization.rows()["msdyn_octwitterhandlesecrets"]
                if problems or rows:
                    break
                threading.Event().wait(0.1)
            if "@me" not in json.dumps(rows):
                problems.append(f"{page}: the record did not arrive: {rows}")
            # Its handle, of the same name, went over before it.
            said, _ = shell.run("rookery audit tail --actor 'Rookery Sync'")
            pushed = re.compile(r"  rky_CompletePush  msdyn_octwitterhandlesecret '@me'[^']*  create status 204 ")
            if not any(pushed.search(line) for line in said):
                problems.append(f"{page}: the log does not tell of the push: {said}")
            if leaks(organization.recorded(), ["my-token"]):
                problems.append(f"{page}: the token went over")
        finally:
            shell.close()
    shutil.rmtree(folder)
    return problems


def main():
    root, binary = pathlib.Path(sys.argv[1]), sys.argv[2]
    sys.exit("\n\n".join(follow(root, binary, PAGE)) or None)


main()
