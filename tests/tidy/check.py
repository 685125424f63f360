"""Walks a source tree and names what breaks the rules of rules.py. Used by tidy_test.py; can be run
by hand: python3 tests/tidy/check.py [ROOT]."""

import collections
import pathlib
import re
import sys

import rules


def allowed(graph, start):
    """`start` itself and everything at or below what the graph gives it."""
    seen = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(graph.get(name, []))
    return seen


def allowed_modules(module):
    return allowed(rules.INCLUDE_GRAPH, module)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


TOKENS = re.compile(
    r'R"(?P<tag>[^()\s\\]{0,16})\(.*?\)(?P=tag)"'   # raw string
    r'|"(?:\\.|[^"\\\n])*"'                         # string
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])'"          # character; not a digit separator
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)


def code_only(text):
    """Comments and literals become blanks; line numbers stay."""
    return TOKENS.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


SKIPPED = {"__pycache__", ".git", "node_modules"}


def files_of(root, *folders, suffixes=None):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not SKIPPED.intersection(path.parts):
                if suffixes is None or path.suffix in suffixes:
                    yield path


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def library_users(header):
    """Who may include <header>, or None when it is free for all."""
    fitting = [prefix for prefix in rules.LIBRARIES if header.startswith(prefix)]
    return rules.LIBRARIES[max(fitting, key=len)] if fitting else None


def check_includes(root):
    for path in files_of(root, "src", "include", suffixes={".cpp", ".hpp", ".in"}):
        name = path.relative_to(root).as_posix()
        parts = name.split("/")
        module = parts[1] if parts[0] == "src" and len(parts) > 2 else None
        if name == "src/main.cpp":
            allowed = set(rules.INCLUDE_GRAPH)
        elif module is not None:
            if module not in rules.INCLUDE_GRAPH:
                yield f"{name}: the folder src/{module} has no row in the include graph"
                continue
            allowed = allowed_modules(module)
        else:
            allowed = set()  # what other programs include stands on the standard library alone
        text = read(path)
        for found in rules.INCLUDE.finditer(text):
            where = f"{name}:{line_of(text, found.start())}"
            ours, library = found.groups()
            if ours is not None:
                target = ours.split("/")[0]
                if "/" not in ours:
                    yield f'{where}: "{ours}" is included without its module'
                elif target == "rookery":
                    if not (root / "include" / ours).is_file():
                        yield f'{where}: "{ours}" does not exist'
                elif target not in allowed:
                    yield f'{where}: {module or name} may not include "{ours}"'
                elif not any((root / "src" / name).is_file() for name in (ours, ours + ".in")):
                    yield f'{where}: "{ours}" does not exist'
            else:
                users = library_users(library)
                here = "/".join(parts[1:])
                if users is not None and not any(here == u or here.startswith(u) for u in users):
                    yield f"{where}: <{library}> belongs to {', '.join(users)}"


def room_of(path_in_module):
    """The room of `room/file`, the door of `file`."""
    room, slash, _ = path_in_module.partition("/")
    return room if slash else rules.DOOR


def room_name(module, room):
    return module if room == rules.DOOR else f"{module}/{room}"


def check_rooms(root):
    for path in files_of(root, "src", suffixes={".cpp", ".hpp", ".in"}):
        name = path.relative_to(root).as_posix()
        module, _, inner = name.removeprefix("src/").partition("/")
        rooms = rules.ROOM_GRAPH.get(module, {rules.DOOR: []})
        room = room_of(inner)
        if room not in rooms:
            yield f"{name}: {room_name(module, room)} has no row in the graph of rooms"
            continue
        text = read(path)
        for found in rules.INCLUDE.finditer(text):
            target, _, inner = (found.group(1) or "").partition("/")
            if target == module and room_of(inner) not in allowed(rooms, room):
                here = room_name(module, room)
                yield f'{name}:{line_of(text, found.start())}: {here} may not include "{found.group(1)}"'


def check_built(root):
    """A source that no target compiles is not tested either."""
    for path in files_of(root, "src", suffixes={".cpp"}):
        name = path.relative_to(root).as_posix()
        parts = name.split("/")
        if name == "src/main.cpp":
            continue
        if len(parts) < 3:
            yield f"{name}: modules compile the sources in their folder and its rooms only"
        elif parts[1] not in rules.INCLUDE_GRAPH or not (root / "src" / parts[1] / "CMakeLists.txt").is_file():
            yield f"{name}: its folder is not built"
    for path in files_of(root, "tests", suffixes={".cpp"}):
        name = path.relative_to(root).as_posix()
        parts = name.split("/")
        if len(parts) == 2:
            continue
        listing = root / "tests" / parts[1] / "CMakeLists.txt"
        text = read(listing) if listing.is_file() else ""
        inner = "/".join(parts[2:])
        globbed = ("rookery_add_test" in text or "/*.cpp" in text) and len(parts) == 3
        if not globbed and inner not in text and path.stem not in text:
            yield f"{name}: no CMakeLists.txt builds it"


def check_headers(root):
    included = set()
    for path in files_of(root, "src", "include", "tests", suffixes={".cpp", ".hpp", ".in"}):
        included.update(m.group(1) or m.group(2) for m in rules.INCLUDE.finditer(read(path)))
    for path in files_of(root, "src", suffixes={".hpp"}):
        name = path.relative_to(root).as_posix()
        if "#pragma once" not in read(path):
            yield f"{name}: has no #pragma once"
        collected = any(name.startswith(where) and line.search(read(path)) for where, line in rules.COLLECTED)
        if not collected and path.relative_to(root / "src").as_posix() not in included:
            yield f"{name}: nobody includes it"


def first_comment(text):
    """The lines of comment that a source begins with, as one line."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.lstrip("/").strip())
    return " ".join(lines)


def check_lengths(root):
    for path in files_of(root, "src", suffixes={".cpp", ".hpp", ".in"}):
        text = read(path)
        lines = text.count("\n")
        if lines > rules.LINES_MAX and not rules.WHY_LONGER.search(first_comment(text)):
            name = path.relative_to(root).as_posix()
            yield (
                f"{name}: {lines} lines: make files of at most {rules.LINES_MAX}, each named after the one thing"
                " in it, or say at its top why not"
            )


DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
DECLARATION = re.compile(r"(?<![\w:.>])(?!alignas|capability)([a-z]\w*)\s*\([^;{}]*\)[^;{}()]*([;{])")


def check_callers(root):
    """A function that a header of ours names is used somewhere in src. Judged by names: one that another function
    has too is not found, and one that is said nowhere but where it is declared and defined is."""
    code = {path: DIRECTIVE.sub("", code_only(read(path))) for path in files_of(root, "src", suffixes={".cpp", ".hpp", ".in"})}
    said = collections.Counter(word for text in code.values() for word in re.findall(r"\w+", text))
    for path, text in code.items():
        if path.suffix != ".hpp":
            continue
        source = code.get(path.with_suffix(".cpp"), "")
        for found in DECLARATION.finditer(text):
            name, end = found.groups()
            defined = 1 if end == ";" and re.search(rf"\b{name}\s*\(", source) else 0
            if name not in rules.WITHOUT_CALLER and said[name] == 1 + defined:
                where = path.relative_to(root).as_posix()
                yield f"{where}:{line_of(text, found.start())}: nothing in src calls {name}"


def check_banned(root):
    for path in files_of(root, "src", "include", "tests", "bench", suffixes={".cpp", ".hpp", ".py"}):
        name = path.relative_to(root).as_posix()
        if name.startswith("tests/tidy/"):
            continue
        fitting = [row for row in rules.BANNED if re.search(row[0], name)]
        if not fitting:
            continue
        text = read(path)
        code = text if path.suffix == ".py" else code_only(text)
        for _, pattern, instead in fitting:
            for found in re.finditer(pattern, code):
                yield f"{name}:{line_of(code, found.start())}: {found.group().strip()}: {instead}"


def check_words(root):
    paths = list(files_of(root, *rules.SOURCE_FOLDERS))
    paths += [p for p in sorted(root.iterdir()) if p.is_file() and p.name != ".git"]  # of a worktree
    for path in paths:
        if path.suffix not in rules.TEXT_SUFFIXES and not path.name.startswith("."):
            continue
        text = read(path)
        for pattern, instead in rules.BANNED_WORDS:
            for found in re.finditer(pattern, text):
                name = path.relative_to(root).as_posix()
                yield f"{name}:{line_of(text, found.start())}: {found.group()}: {instead}"


# A name in capitals stands for one that the reader chooses.
NAMED_PATH = re.compile(r"`((?:src|tests|scripts|bench|config|docs|cmake|include)/[\w./-]+)`")


def anchors_of(text):
    """What a link can name of a page: its headings, as GitHub makes anchors of them."""
    out, seen = set(), {}
    for heading in re.findall(r"^#+ +(.*?) *$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        seen[slug] = seen.get(slug, 0) + 1
        out.add(slug if seen[slug] == 1 else f"{slug}-{seen[slug] - 1}")
    return out


def check_links(root):
    """A relative link of a document leads to a file that exists, and in a page to a heading; so does a path that it names."""
    paths = list(files_of(root, "docs", "keys", suffixes={".md"})) + sorted(root.glob("*.md"))
    for path in paths:
        text = re.sub(r"```.*?```", lambda m: re.sub(r"[^\n]", " ", m.group()), read(path), flags=re.DOTALL)
        for found in re.finditer(r"\]\(([^)\s]+)\)", text):
            target = found.group(1).split("#")[0]
            if target and "://" not in target and not target.startswith("mailto:"):
                if not (path.parent / target).exists():
                    name = path.relative_to(root).as_posix()
                    yield f"{name}:{line_of(text, found.start())}: {target} does not exist"
            anchor = found.group(1).partition("#")[2]
            page = path.parent / target if target else path
            if anchor and "://" not in found.group(1) and page.suffix == ".md" and page.is_file():
                if anchor not in anchors_of(read(page)):
                    name = path.relative_to(root).as_posix()
                    yield f"{name}:{line_of(text, found.start())}: {found.group(1)} is no heading there"
        for found in NAMED_PATH.finditer(text):
            target = found.group(1)
            if not re.search("[A-Z]{3,}", target) and not (root / target).exists() and not list(root.glob(target + ".*")):
                name = path.relative_to(root).as_posix()
                yield f"{name}:{line_of(text, found.start())}: {target} does not exist"


LOGGED = re.compile(
    r'LogLevel::\w+,\s*"([a-z-]+)"|\bcomplain\("([a-z-]+)"|\blog\(\s*"([a-z]+-[a-z-]+)"|_event = "([a-z-]+)"'
)
EVENTS_PAGE = "docs/operations/monitoring.md"


def check_events(root):
    """What the server says of itself, and the page that lists it, are the same."""
    page = root / EVENTS_PAGE
    if not page.is_file():
        return
    sources = "\n".join(read(path) for path in files_of(root, "src", suffixes={".cpp", ".hpp"}))
    said = {name for found in LOGGED.findall(sources) for name in found if name}
    listed = set()
    for row in re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \| (?:info|warning|error)", read(page), re.MULTILINE):
        listed.update(re.findall(r"`([a-z-]+)`", row))
    for name in sorted(said - listed):
        yield f"{EVENTS_PAGE}: the event {name} is not in the table"
    for name in sorted(listed):
        if f'"{name}"' not in sources:
            yield f"{EVENTS_PAGE}: nothing says {name}"


def arrows(graph, nothing):
    width = max(len(name) for name in graph)
    return "\n".join(
        f"{name.ljust(width)} → {', '.join(below) if below else nothing}" for name, below in graph.items()
    )


def graph_text():
    """The include graph as docs/ARCHITECTURE.md shows it."""
    return arrows(rules.INCLUDE_GRAPH, "(nothing of ours)")


def rooms_text(module):
    """The graph of a module's rooms, as the same page shows it."""
    graph = {
        room_name(module, room): [room_name(module, other) for other in below]
        for room, below in rules.ROOM_GRAPH[module].items()
    }
    return arrows(graph, f"(nothing of {module})")


# Its end is the one brace at the beginning of a line that a comment follows, which is blanks by then.
ANONYMOUS = re.compile(r"^namespace \{$(.*?)^\} +$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^namespace ([\w:]+) \{$", re.MULTILINE)
OWN_NAMES = re.compile(
    r"^(?:struct|class|enum class|union) (?P<type>\w+)\b(?!;)"
    r"|^using (?P<alias>\w+) = (?P<meaning>[^;]+)"
    r"|^(?:constexpr|constinit|const|thread_local)\b[^=({;]*?\b(?P<constant>\w+)(?:\[\w*\])?(?: =|\{)"
    r"|^[a-zA-Z][\w:<>,&* \[\]]*[ >&*](?P<function>\w+\([^()]*\)) (?:const )?\{",
    re.MULTILINE,
)


def check_own_names(root):
    """Several sources of a module are compiled as one (cmake/Module.cmake)."""
    seen = {}
    for path in files_of(root, "src", suffixes={".cpp"}):
        name = path.relative_to(root).as_posix()
        text = code_only(read(path))
        for region in ANONYMOUS.finditer(text):
            scope = ([""] + NAMED.findall(text, 0, region.start()))[-1]
            for match in OWN_NAMES.finditer(region.group(1)):
                kind = match.lastgroup if match["alias"] is None else "alias"
                own = " ".join(match[kind].split())
                # The same alias may be said twice.
                other, meaning = seen.setdefault((name.split("/")[1], scope, own), (name, match["meaning"]))
                if other != name and (kind != "alias" or match["meaning"] != meaning):
                    at = line_of(text, region.start(1) + match.start())
                    yield f"{name}:{at}: {own} is a name of {other} too, and a module's sources are compiled as one"


def check_own_namespaces(root):
    """The sources of a test program are compiled as one too, and each says what its neighbours say."""
    for path in files_of(root, "tests", suffixes={".cpp"}):
        name = path.relative_to(root).as_posix()
        if not name.endswith("_test.cpp") or name.startswith(("tests/compile_fail/", "tests/fuzz/")):
            continue
        scopes = NAMED.findall(code_only(read(path)))
        if not scopes or scopes[0].split("::")[-1] != path.stem:
            yield f"{name}:1: is not in a namespace {path.stem}"


def check_architecture(root):
    path = root / "docs" / "ARCHITECTURE.md"
    if not path.is_file():
        yield "docs/ARCHITECTURE.md: is missing"
    elif graph_text() not in read(path):
        yield "docs/ARCHITECTURE.md: its include graph is not the one of tests/tidy/rules.py"
    else:
        for module in rules.ROOM_GRAPH:
            if rooms_text(module) not in read(path):
                yield f"docs/ARCHITECTURE.md: its rooms of {module} are not those of tests/tidy/rules.py"


CHECKS = [
    check_includes,
    check_rooms,
    check_built,
    check_headers,
    check_lengths,
    check_callers,
    check_banned,
    check_words,
    check_links,
    check_events,
    check_own_names,
    check_own_namespaces,
    check_architecture,
]


def findings(root):
    root = pathlib.Path(root)
    return [found for check in CHECKS for found in check(root)]


if __name__ == "__main__":
    all_found = findings(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    print("\n".join(all_found))
    sys.exit(1 if all_found else 0)
