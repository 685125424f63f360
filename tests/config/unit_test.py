"""unit_test.py ROOT ROOKERY: config/rookery.service as `systemd-analyze` sees it. Skipped (77) where that is missing."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PAGE = "docs/operations/install.md"
REQUIRED = {
    "Type": "notify", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "MemoryDenyWriteExecute": "yes",
    "LimitCORE": "0", "LimitMEMLOCK": "64M", "CapabilityBoundingSet": "", "StateDirectory": "rookery",
}


def analyze(*arguments):
    done = subprocess.run(["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, check=False, timeout=50)
    return done.returncode, done.stdout + done.stderr


def exposure(unit):
    code, text = analyze("security", "--offline=yes", "--no-pager", unit)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", text)
    if code != 0 or found is None:
        sys.exit(f"systemd-analyze security says: {text}")
    return float(found.group(1))


def main():
    root, binary = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    unit = root / "config/rookery.service"
    text = unit.read_text(encoding="utf-8")
    given = dict(re.findall(r"^([A-Z]\w+)=(.*)$", text, re.MULTILINE))
    for name, value in REQUIRED.items():
        if given.get(name) != value:
            sys.exit(f"{name} is {given.get(name)!r}, not {value!r}")
    if shutil.which("systemd-analyze") is None:
        sys.exit(77)
    said = float(re.search(r"exposure of ([0-9.]+)", (root / PAGE).read_text(encoding="utf-8")).group(1))
    with tempfile.TemporaryDirectory() as folder:
        here = pathlib.Path(folder) / "rookery.service"
        here.write_text(text.replace("/usr/bin/rookery", str(binary)), encoding="utf-8")
        score = exposure(here)
        if score > said:
            sys.exit(f"the exposure is {score}, and {PAGE} says {said}")
        # The measure measures.
        loose = pathlib.Path(folder) / "loose.service"
        loose.write_text("".join(line for line in here.read_text(encoding="utf-8").splitlines(True)
                                 if not line.startswith(("NoNew", "Protect", "Restrict", "System", "Cap"))), encoding="utf-8")
        if exposure(loose) < said + 2:
            sys.exit("a unit without its walls is judged like the one with them")
        code, complaints = analyze("verify", "--man=no", here)
        complaints = [line for line in complaints.splitlines() if "rookery.service" in line]
        if code != 0 and complaints:
            sys.exit("\n".join(complaints))
    print(f"exposure {score}")


main()
