"""Ten thousand records are exported, changed as people change tables, and imported again: exactly the changed ones
change, in both tables, and access changes for exactly those whom the plan named."""

import csv
import io
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from support.vault import SECRETS, TOKEN, Failed, Serve, run  # noqa: E402

RECORDS = 10_000
HANDLES = "msdyn_octwitterhandles"
KEY = "msdyn_octwitteruniquehandleid"


def check(holds, what):
    if not holds:
        raise Failed(what)


def people(vault):
    """Two teams whose members read what their team owns; one person is in both, one in none."""
    for name in ("ann", "ben", "cyd", "dan"):
        vault.user(name, profiles=["Rookery Agent unmask one record"])
    vault.team("North", members=["ann", "cyd"], roles=["Rookery Agent"])
    vault.team("South", members=["ben", "cyd"], roles=["Rookery Agent"])
    vault.user("loader", roles=["Rookery Importer"], profiles=["Rookery token writer"])


def first_file():
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["unique_handle_id", "handle", "application", "access_token", "owner"])
    for number in range(RECORDS):
        writer.writerow([f"9{number:017}", f"@handle{number}", f"App {number % 3}", f"tok-{number}-of-its-own",
                         "North" if number % 2 else "South"])
    return text.getvalue()


def as_people_save_it(exported):
    """Every tenth has another name, every fifty-first that was North's belongs to South. Semicolons, everything
    quoted, a byte order mark, empty columns, names of columns in capitals, CR LF, another order of rows."""
    rows = list(csv.DictReader(io.StringIO(exported, newline="")))
    renamed, moved = set(), set()
    for row in rows:
        number = int(row["unique_handle_id"][1:])
        if number % 10 == 0:
            row["handle"] = f'@new "{number}"; once {row["handle"]}'
            renamed.add(row["unique_handle_id"])
        if number % 51 == 0 and row["owner"] == "North":
            row["owner"] = "South"
            moved.add(row["unique_handle_id"])
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["Handle", "Unique_Handle_ID", " Owner ", "APPLICATION", "", ""])
    for row in reversed(rows):
        writer.writerow([row["handle"] + " ", row["unique_handle_id"], row["owner"], row["application"], "", ""])
    writer.writerow([""] * 6)
    return "\ufeff" + text.getvalue(), renamed, moved


def rows_of(client, table_set):
    rows = client.all_rows(f"{table_set}?$select={KEY},msdyn_name,versionnumber,_ownerid_value", page=5000)
    return {row[KEY]: row for row in rows}


def imported(binary, vault, who, *arguments, expect=0, **more):
    done = run(binary, "import", *arguments, "--json", environment=vault.environment(who), expect=expect, **more)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return lines[-1], {line["name"]: (line["gains"], line["loses"]) for line in lines if "gains" in line}


def readers(vault, client, record):
    answer = client.expect(200, "GET", f"rky_RetrieveWhoCan?@n=200&@r={record}").json()
    names = {user: name for name, user in vault.users.items()}
    return {names[reader["UserId"]] for reader in answer["Readers"]}


def reads(vault, who, unique):
    client = vault.client(who)
    answer = client.send("GET", f"{SECRETS}({KEY}='{unique}')?$select={TOKEN}&UnMaskedData=true")
    client.close()
    check(answer.status in (200, 403, 404), f"{who} reads {unique}: {answer}")
    return answer.status == 200 and answer.json()[TOKEN] == f"tok-{int(unique[1:])}-of-its-own"


def main():
    binary = sys.argv[1]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        with Serve(binary, folder) as vault:
            people(vault)
            summary, _ = imported(binary, vault, "loader", "-", standard_input=first_file())
            check(summary["created"] == RECORDS, f"made: {summary}")
            client = vault.client()
            before = {table: rows_of(client, table) for table in (SECRETS, HANDLES)}
            check(all(len(rows) == RECORDS for rows in before.values()), "two tables of records")

            out = folder / "out.csv"
            run(binary, "export", "--out", out, environment=vault.environment())
            exported = out.read_bytes().decode("utf-8")
            check("tok-" not in exported and "***" not in exported, "a token, or its mask, in an export")
            check(exported.count("\r\n") == RECORDS + 1, "a line for each record")

            # Nothing changed is nothing to do, as a file and through a pipe.
            summary, access = imported(binary, vault, "admin", "/dev/stdin", standard_input=exported)
            check(summary["unchanged"] == RECORDS and not access, f"unchanged: {summary}")

            text, renamed, moved = as_people_save_it(exported)
            changed = folder / "changed.csv"
            changed.write_bytes(text.encode("utf-8"))
            check(renamed and moved, "something to change")
            # Without being told to, nobody's records are moved.
            summary, access = imported(binary, vault, "admin", changed, "--dry-run", expect=16)
            check(summary["conflicts"] == len(moved) and not access, f"conflicts: {summary}")

            reports = folder / "dry.csv", folder / "run.csv"
            plan, access = imported(
                binary, vault, "admin", changed, "--take-over", "--dry-run", "--report", reports[0])
            check(rows_of(client, SECRETS) == before[SECRETS], "a dry run changes nothing")
            check(plan["updated"] == len(renamed | moved), f"plan: {plan}")
            check(plan["renamed"] == len(renamed) and plan["reassigned"] == len(moved), f"plan: {plan}")
            check(plan["unchanged"] == RECORDS - plan["updated"] and plan["blank"] == 1, f"plan: {plan}")
            named = {name.split()[0]: change for name, change in access.items()}
            check(named == {"ann": (0, len(moved)), "ben": (len(moved), 0)}, f"access: {access}")

            sample = sorted(moved)[:3] + sorted(set(before[SECRETS]) - moved)[:4]
            ids = {unique: before_id(client, unique) for unique in sample}
            could = {unique: readers(vault, client, ids[unique]) for unique in sample}
            summary, access_of_run = imported(
                binary, vault, "admin", changed, "--take-over", "--report", reports[1])
            check({**summary, "dry_run": True} == plan and access_of_run == access, f"run: {summary}")
            check(reports[0].read_bytes() == reports[1].read_bytes(), "the run's report is the dry run's")

            for table in (SECRETS, HANDLES):
                after = rows_of(client, table)
                differ = {unique for unique, row in after.items() if row != before[table][unique]}
                check(differ == renamed | moved, f"{len(differ)} rows of {table} changed")
                for unique in renamed | moved:
                    old, new = before[table][unique], after[unique]
                    check((old["msdyn_name"] != new["msdyn_name"]) == (unique in renamed), f"name of {unique}")
                    check((old["_ownerid_value"] != new["_ownerid_value"]) == (unique in moved), f"owner of {unique}")
            for unique in sample:
                can = readers(vault, client, ids[unique])
                expected = could[unique] - {"ann"} | {"ben"} if unique in moved else could[unique]
                check(can == expected, f"{unique} is read by {can}, not {expected}")
                for who in ("ann", "ben", "cyd", "dan"):
                    check(reads(vault, who, unique) == (who in expected), f"{who} reads {unique}")

            summary, access = imported(binary, vault, "admin", changed, "--take-over")
            check(summary["unchanged"] == RECORDS and summary["updated"] == 0 and not access, f"again: {summary}")

            # Who may not ask whose access changes is told so, and imports all the same.
            done = run(binary, "import", changed, "--take-over", environment=vault.environment("loader"))
            check("unchanged 10,000" in done.stdout, done.stdout)
            client.close()
            vault.stop()
    print(f"{RECORDS} records, {len(renamed)} renamed, {len(moved)} moved")
    return 0


def before_id(client, unique):
    answer = client.expect(200, "GET", f"{SECRETS}({KEY}='{unique}')?$select=msdyn_octwitterhandlesecretid")
    return answer.json()["msdyn_octwitterhandlesecretid"]


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as error:
        print(error, file=sys.stderr)
        sys.exit(1)
