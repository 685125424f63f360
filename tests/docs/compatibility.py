"""compatibility.py check|write [ROOT]

Checks compatibility.rows, and that the section of docs/dataverse-compatibility.md between its marks is what the rows say;
`write` writes that section. That every operation and relationship has a row with the right answer is checked by
tests/odata/compatibility_test.cpp, which knows them all.
"""

import pathlib
import re
import sys

ROWS = "tests/docs/compatibility.rows"
PAGE = "docs/dataverse-compatibility.md"
BEGIN, END = "<!-- begin: compatibility.rows -->\n", "<!-- end: compatibility.rows -->\n"
ANSWERS = ("yes", "partly", "no")
# What there must be of each kind, by the vendor's reference.
COUNTS = {"Messages of msdyn_octwitterhandlesecret": 25, "Relationships of msdyn_octwitterhandlesecret": 18}
CPP = re.compile(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
JAVASCRIPT = re.compile(r'^test\("((?:[^"\\]|\\.)*)"', re.M)


def sentences(root):
    """Of every test that has one: the file that it is in."""
    out = {}
    for path in sorted((root / "tests").rglob("*_test.cpp")):
        for found in CPP.finditer(path.read_text(encoding="utf-8")):
            text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found[1])).replace('\\"', '"')
            out[text] = path.relative_to(root).as_posix()
    for path in sorted((root / "tests/clients").glob("*.test.mjs")):
        for found in JAVASCRIPT.finditer(path.read_text(encoding="utf-8")):
            out[found[1]] = path.relative_to(root).as_posix()
    return out


def groups(root):
    """[(title, [(feature, answer, test, difference)])] in the order of the file. Raises ValueError with the line."""
    out = []
    for number, line in enumerate((root / ROWS).read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith(";"):
            continue
        if line.startswith("# "):
            out.append((line[2:], []))
            continue
        parts = [part.strip() for part in line.split(" | ")]
        if len(parts) not in (3, 4) or not out:
            raise ValueError(f"{ROWS}:{number}: a row is feature | answer | test | difference")
        out[-1][1].append(tuple(parts + [""] * (4 - len(parts))))
    return out


def findings(root):
    known = sentences(root)
    have = {row[0] for title, rows in groups(root) if title == "Query options" for row in rows}
    for option in set(options_of(root)) ^ {one.strip("`") for one in have}:
        yield f"the query option {option} has no row, or the row no option"
    for title, rows in groups(root):
        features = [row[0] for row in rows]
        for feature in sorted({one for one in features if features.count(one) > 1}):
            yield f"{title}: {feature} has more than one row"
        if title in COUNTS and len(rows) != COUNTS[title]:
            yield f"{title}: {len(rows)} rows, not {COUNTS[title]}"
        for feature, answer, test, difference in rows:
            if answer not in ANSWERS:
                yield f"{feature}: {answer} is no answer"
            if answer != "yes" and not difference:
                yield f"{feature}: what is different is not said"
            if test not in known and not (test.startswith("tests/") and (root / test).is_file()):
                yield f"{feature}: no test is called: {test}"


def options_of(root):
    """The query options that the parser knows, built or not."""
    text = (root / "src/odata/request/query_options.cpp").read_text(encoding="utf-8")
    for block in ("not_built[] = {", "known[] = {"):
        part = text[text.index(block):]
        yield from re.findall(r'^\s*\{?"([^"]+)"', part[:part.index("};")], re.M)
    yield from ("$skip", "UnMaskedData")


def section(root):
    known = sentences(root)
    out = []
    for title, rows in groups(root):
        out += [f"### {title}\n", "| Feature | Served | Shown by | What is different |", "|---|---|---|---|"]
        for feature, answer, test, difference in rows:
            shown = f"`{known[test]}` (*{test}*)" if test in known else f"`{test}`"
            out.append(f"| {feature} | {answer} | {shown} | {difference} |".replace("|  |", "| |"))
        out.append("")
    return "\n".join(out)


def page_with(root, text):
    page = (root / PAGE).read_text(encoding="utf-8")
    begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return page[:begin] + "\n" + text + "\n" + page[end:]


def main():
    mode = sys.argv[1]
    root = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).parents[2]
    problems = list(findings(root))
    if not problems:
        wanted = page_with(root, section(root))
        if mode == "write":
            (root / PAGE).write_text(wanted, encoding="utf-8")
        elif (root / PAGE).read_text(encoding="utf-8") != wanted:
            problems.append(f"{PAGE} is not what {ROWS} says: python3 tests/docs/compatibility.py write")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
