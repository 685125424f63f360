"""metadata_test.py ROOKERY

What a client learns about the tables before its first request about a row, from the real server: $metadata holds together
as CSDL and says of every table what the server answers; definitions are found as clients ask for them; everybody who is
enabled may read them, nobody may write them, and every answer is on the log.
"""

import pathlib
import re
import shutil
import sys
import tempfile
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from vault import Failed, Vault  # noqa: E402

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
NAMESPACE = "Microsoft.Dynamics.CRM."
PRIMITIVE = {"Edm." + name for name in
             "Binary Boolean Date DateTimeOffset Decimal Double Guid Int16 Int32 Int64 String".split()}
DEFINITIONS = ("EntityDefinitions(LogicalName='msdyn_octwitterhandlesecret')/Attributes/"
               "Microsoft.Dynamics.CRM.StateAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)")


class Document:
    """$metadata, and what is wrong with it."""

    def __init__(self, text):
        self.problems = []
        schema = xml.fromstring(text).find(f".//{EDM}Schema")
        self.kinds = {kind: schema.findall(EDM + kind) for kind in
                      ("EntityType", "ComplexType", "EnumType", "Action", "Function")}
        self.types = {}
        for kind in ("EntityType", "ComplexType", "EnumType"):
            for one in self.kinds[kind]:
                self.check(one.get("Name") not in self.types, f"two types are called {one.get('Name')}")
                self.types[one.get("Name")] = one
        self.container = schema.find(EDM + "EntityContainer")
        self.sets = {one.get("Name"): one for one in self.container.findall(EDM + "EntitySet")}
        self.check_types()
        self.check_operations()
        self.check_container()

    def check(self, holds, problem):
        if not holds:
            self.problems.append(problem)

    @staticmethod
    def plain(name):
        for prefix in ("mscrm.", NAMESPACE):
            if name and name.startswith(prefix):
                return name[len(prefix):]
        return name

    def element(self, name):
        inner = re.fullmatch(r"Collection\((.*)\)", name)
        return self.plain(inner.group(1) if inner else name)

    def check_type_is_there(self, name, where):
        element = self.element(name)
        self.check(element in self.types or element in PRIMITIVE, f"{where}: there is no type {name}")

    def members(self, name, kind):
        """By name, those of the bases included."""
        out = {}
        while name:
            for one in self.types[name].findall(EDM + kind):
                out[one.get("Name")] = one
            name = self.plain(self.types[name].get("BaseType"))
        return out

    def check_types(self):
        for name, one in self.types.items():
            base = self.plain(one.get("BaseType"))
            self.check(base is None or base in self.types, f"{name}: there is no base {base}")
            seen = set()
            ancestor = base
            while ancestor:
                seen |= {m.get("Name") for m in self.types[ancestor] if m.get("Name")}
                ancestor = self.plain(self.types[ancestor].get("BaseType"))
            for member in one:
                if member.tag == EDM + "Member" or not member.get("Name"):
                    continue
                where = f"{name}.{member.get('Name')}"
                self.check(member.get("Name") not in seen, f"{where} is there twice")
                seen.add(member.get("Name"))
                self.check_type_is_there(member.get("Type"), where)
            for ref in one.findall(f"{EDM}Key/{EDM}PropertyRef"):
                self.check(ref.get("Name") in self.members(name, "Property"), f"{name}: no key {ref.get('Name')}")
            for link in one.findall(EDM + "NavigationProperty"):
                self.check_navigation(name, link)

    def has_key(self, name):
        while name:
            if self.types[name].find(EDM + "Key") is not None:
                return True
            name = self.plain(self.types[name].get("BaseType"))
        return False

    def is_a(self, name, other):
        while name and name != other:
            name = self.plain(self.types[name].get("BaseType"))
        return name == other

    def check_navigation(self, name, link):
        where = f"{name}.{link.get('Name')}"
        target = self.element(link.get("Type"))
        partner = link.get("Partner")
        if partner:
            back = self.members(target, "NavigationProperty").get(partner)
            self.check(back is not None, f"{where}: {target} has no {partner}")
            if back is not None:
                self.check(self.is_a(name, self.element(back.get("Type"))), f"{where}: {partner} leads elsewhere")
        for constraint in link.findall(EDM + "ReferentialConstraint"):
            self.check(constraint.get("Property") in self.members(name, "Property"), f"{where}: its property")
            self.check(constraint.get("ReferencedProperty") in self.members(target, "Property"),
                       f"{where}: {target} has no {constraint.get('ReferencedProperty')}")

    def check_operations(self):
        for kind in ("Action", "Function"):
            seen = set()
            for one in self.kinds[kind]:
                parameters = one.findall(EDM + "Parameter")
                result = one.find(EDM + "ReturnType")
                bound = one.get("IsBound") == "true"
                mark = (one.get("Name"), parameters[0].get("Type") if bound else None)
                self.check(mark not in seen, f"{mark} is declared twice")
                seen.add(mark)
                self.check(kind == "Action" or result is not None, f"{mark} returns nothing")
                for typed in parameters + ([result] if result is not None else []):
                    self.check_type_is_there(typed.get("Type"), str(mark))

    def check_container(self):
        names = [one.get("Name") for one in self.container]
        self.check(len(names) == len(set(names)), "two members of the container have one name")
        for name, one in self.sets.items():
            kind = self.plain(one.get("EntityType"))
            self.check(kind in self.types and self.has_key(kind), f"{name}: its type has no key")
            for binding in one.findall(EDM + "NavigationPropertyBinding"):
                path, target = binding.get("Path").split("/"), binding.get("Target")
                link = self.members(kind, "NavigationProperty").get(path[0])
                self.check(link is not None, f"{name}: there is no {path[0]}")
                self.check(target in self.sets, f"{name}: there is no set {target}")
                if link is None or target not in self.sets:
                    continue
                leads_to = self.plain(path[1]) if len(path) > 1 else self.element(link.get("Type"))
                self.check(self.plain(self.sets[target].get("EntityType")) == leads_to,
                           f"{name}: {binding.get('Path')} is bound to {target}")
        for kind in ("Action", "Function"):
            declared = {one.get("Name") for one in self.kinds[kind] if one.get("IsBound") != "true"}
            imported = {self.plain(one.get(kind)) for one in self.container.findall(f"{EDM}{kind}Import")}
            self.check(declared == imported, f"{kind}: {declared ^ imported}")


def check(holds, problem):
    if not holds:
        raise Failed(problem)


def check_document(admin):
    answers = [admin.send("GET", "$metadata" + query) for query in ("", "?annotations=true")]
    for answer in answers:
        check(answer.status == 200 and answer.headers["Content-Type"] == "application/xml", f"{answer}")
        document = Document(answer.body)
        check(not document.problems, "\n".join(document.problems))
    listed = {one["name"] for one in admin.expect(200, "GET", "").json()["value"]}
    check(listed == set(document.sets), f"{listed ^ set(document.sets)}")
    return document


def check_rows(admin, document):
    """A row shows the properties that its type declares, whatever the table."""
    rows = 0
    for table in admin.expect(200, "GET", "EntityDefinitions?$select=EntitySetName,LogicalName").json()["value"]:
        answer = admin.send("GET", f"{table['EntitySetName']}?$top=1")
        check(answer.status in (200, 403), f"{answer}")
        for row in answer.json().get("value", []):
            shown = {name for name in row if "@" not in name}
            declared = set(document.members(table["LogicalName"], "Property"))
            check(shown == declared, f"{table['LogicalName']}: {shown ^ declared}")
            rows += 1
    check(rows > 8, f"only {rows} tables had a row")


def check_callers(vault):
    for who in ("agent", "stranger", "auditor"):
        client = vault.client(who)
        answer = client.expect(200, "GET", DEFINITIONS)
        options = answer.json()["value"][0]["OptionSet"]["Options"]
        check([one["Value"] for one in options] == [0, 1], f"{options}")
        tag = answer.headers["ETag"]
        client.expect(304, "GET", DEFINITIONS, headers={"If-None-Match": tag})
        for method in ("POST", "PATCH", "PUT", "DELETE"):
            client.expect(405, method, "EntityDefinitions(LogicalName='team')", {})
        client.expect(404, "GET", "EntityDefinitions(LogicalName='none')")
        entry = next(e for e in vault.client("auditor").log() if e["CorrelationId"] == answer.request_id())
        check((entry["Message"], entry["Outcome"], entry["ActorId"]) ==
              ("RetrieveMetadata", "success", vault.users[who]), f"{entry}")


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rookery-metadata-"))
    try:
        with Vault(sys.argv[1], folder / "data") as vault:
            admin = vault.client("admin")
            check_rows(admin, check_document(admin))
            check_callers(vault)
            vault.stop()
    except Exception as problem:
        print(f"FAILED: {type(problem).__name__}: {problem}\nkept: {folder}")
        sys.exit(1)
    shutil.rmtree(folder)
    print("the metadata holds together, and says what the server answers")


main()
