"""The tree obeys tests/tidy/rules.py, and the check would notice if it did not."""

import pathlib
import shutil
import sys
import tempfile
import unittest

import check
import rules

ROOT = pathlib.Path(sys.argv.pop(1)) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]


class TheTree(unittest.TestCase):
    def test_the_tree_obeys_the_rules(self):
        self.assertEqual([], check.findings(ROOT))

    def test_the_include_graph_has_no_cycle_and_every_module_of_the_build(self):
        for module, below in rules.INCLUDE_GRAPH.items():
            for name in below:
                self.assertIn(name, rules.INCLUDE_GRAPH)
                self.assertNotIn(module, check.allowed_modules(name))
        for folder in (ROOT / "src").iterdir():
            if folder.is_dir():
                self.assertIn(folder.name, rules.INCLUDE_GRAPH)

    def test_the_graphs_of_rooms_have_no_cycle_and_every_room_of_the_build(self):
        for module, rooms in rules.ROOM_GRAPH.items():
            for room, below in rooms.items():
                self.assertTrue((ROOT / "src" / module / room).is_dir(), f"{module}/{room}")
                for name in below:
                    self.assertIn(name, rooms)
                    self.assertNotIn(room, check.allowed(rooms, name))


# (file, its text, a part of the finding): each is planted alone into a tree that is clean otherwise.
PLANTED = [
    ("src/base/a.hpp", '#pragma once\n#include "crypto/keys.hpp"\n', 'base may not include "crypto/keys.hpp"'),
    ("src/crypto/a.cpp", '#include "storage/store.hpp"\n', "crypto may not include"),
    ("src/base/a.cpp", '  #  include "crypto/keys.hpp"\n', "base may not include"),
    ("src/storage/a.cpp", '#include "store.hpp"\n', "without its module"),
    ("src/storage/a.cpp", '#include "storage/gone.hpp"\n', "does not exist"),
    ("src/storage/a.cpp", "#include <boost/beast/http.hpp>\n", "belongs to http"),
    ("src/storage/a.cpp", "#include <openssl/ssl.h>\n", "belongs to http"),
    ("src/crypto/a.cpp", "#include <openssl/sha.h>\n", "belongs to http, crypto/sha256.cpp"),
    ("src/crypto/a.cpp", "#include <rocksdb/db.h>\n", "belongs to storage/rocksdb_"),
    ("src/storage/a.cpp", "#include <rocksdb/db.h>\n", "belongs to storage/rocksdb_"),
    ("src/storage/rocksdb_a.cpp", "#include <utf8proc.h>\n", "belongs to storage/text_key.cpp"),
    ("src/storage/a.cpp", "#include <sodium.h>\n", "belongs to crypto, base"),
    ("src/storage/a.cpp", "#include <sodium/core.h>\n", "belongs to crypto, base"),
    ("src/storage/a.cpp", "#include <nlohmann/json.hpp>\n", "belongs to odata"),
    ("include/rookery/a.hpp", '#pragma once\n#include "base/bytes.hpp"\n', "may not include"),
    ("src/cli/commands/a.cpp", "void f() { std::cerr << 1; }\n", "say it with cli/output/console.hpp"),
    ("src/cli/commands/a.cpp", 'void f() { std::getenv("A"); }\n', "a variable is a row of"),
    ("src/a.cpp", "int a;\n", "in their folder and its rooms"),
    ("src/extra/a.cpp", "int a;\n", "not built"),
    ("src/odata/json/a.cpp", '#include "odata/request/a.hpp"\n', 'odata/json may not include "odata/request/a.hpp"'),
    ("src/odata/request/a.cpp", '#include "odata/parse.hpp"\n', 'odata/request may not include "odata/parse.hpp"'),
    ("src/odata/request/a.cpp", '#include "odata/cellar/a.hpp"\n', "odata/request may not include"),
    ("src/odata/cellar/a.hpp", "#pragma once\n", "odata/cellar has no row in the graph of rooms"),
    ("src/storage/inner/a.cpp", "int a;\n", "storage/inner has no row in the graph of rooms"),
    ("tests/extra/a_test.cpp", "int a;\n", "no CMakeLists.txt builds it"),
    ("src/base/lonely.hpp", "#pragma once\n", "nobody includes it"),
    ("src/schema/lonely.hpp", "#pragma once\nconst Table* table();\n", "nobody includes it"),
    ("src/base/bytes.hpp", "struct A {};\n", "no #pragma once"),
    ("src/base/a.cpp", "int a;\n" * 501, "501 lines: make files of at most 500"),
    ("src/base/a.cpp", "// As long as it is.\n" + "int a;\n" * 500, "501 lines"),
    ("src/base/a.cpp", "int a;\n// More than 500 lines, said too late.\n" + "int a;\n" * 500, "502 lines"),
    ("src/base/bytes.hpp", "#pragma once\nint idle(int n);\n", "nothing in src calls idle"),
    ("src/storage/store.hpp", '#pragma once\n#include "crypto/keys.hpp"\ninline int idle() { return 1; }\n', "calls idle"),
    ("src/crypto/a.cpp", "bool f() { return std::memcmp(a, b, 32) == 0; }\n", "constant_time_equal"),
    ("src/crypto/a.cpp", "int f() { return std::rand(); }\n", "base/random.hpp"),
    ("src/base/a.cpp", "std::mt19937 engine;\n", "base/random.hpp"),
    ("src/http/a.cpp", "co_spawn(x, f(), asio::detached);\n", "swallows exceptions"),
    ("src/http/a.cpp", "co_await async_read(s, b, parser.get());\n", "drops the limits"),
    ("src/storage/a.cpp", "co_return 1;\n", "coroutines live in http"),
    ("src/storage/a.cpp", 'std::system("ls");\n', "shelling out"),
    ("src/storage/a.cpp", 'auto f = popen("ls", "r");\n', "shelling out"),
    ("src/base/bytes.hpp", "#pragma once\nusing namespace std;\n", "decides for everybody"),
    ("src/storage/a.cpp", "auto t = std::format(1);\n", "two compilers"),
    ("tests/storage/a_test.cpp", "std::this_thread::sleep_for(1s);\n", "wait for the event"),
    ("tests/faults/a.py", "time.sleep" + "(1)\n", "wait for the event"),
    ("src/base/a.cpp", "// TO" + "DO: later\n", "say it in the documents"),
    ("docs/a.md", "see /" + "work/main\n", "a path of one machine"),
    ("tests/organization/a.mjs", "// FIX" + "ME\n", "say it in the documents"),
    ("docs/a.md", "see [this](gone.md)\n", "gone.md does not exist"),
    ("docs/operations/monitoring.md", "| `gone-off` | info | that it has | |\n", "nothing says gone-off"),
    ("docs/a.md", "# What is\n\nsee [this](#what-was)\n", "#what-was is no heading there"),
    ("docs/a.md", "shown by `tests/base/gone_test.cpp`\n", "tests/base/gone_test.cpp does not exist"),
    ("src/odata/json/c.cpp", "namespace {\nstruct Same {\n};\n}  // namespace\n", "Same is a name of src/odata/json/b.cpp too"),
    ("src/odata/json/c.cpp", "namespace {\nconstexpr int same_max = 2;\n}  // namespace\n", "same_max is a name of"),
    ("src/odata/json/c.cpp", "namespace {\nint same(int a) {\n}\n}  // namespace\n", "same(int a) is a name of"),
    ("src/odata/json/c.cpp", "namespace {\nusing Other = int;\n}  // namespace\n", "Other is a name of"),
    ("tests/storage/a_test.cpp", "int a;\n", "is not in a namespace a_test"),
    ("tests/storage/a_test.cpp", "namespace rookery::storage {\nint a;\n}\n", "is not in a namespace a_test"),
    ("docs/ARCHITECTURE.md", "base → crypto\n", "include graph is not the one"),
    ("docs/ARCHITECTURE.md", check.graph_text() + "\n", "its rooms of odata are not those"),
]

HARMLESS = [
    ("src/base/a.cpp", '// #include "crypto/keys.hpp" would be wrong\n'),
    ("src/crypto/a.cpp", "// std::memcmp( is banned\nauto a = \"memcmp(\"; sodium_memcmp(a, b, 32);\n"),
    ("src/crypto/a.cpp", "crypto_sign_detached(a);\n"),
    ("src/storage/a.cpp", "auto f() { return Vault::system(); }\n"),
    ("src/crypto/sha256.cpp", "#include <openssl/sha.h>\n"),
    ("src/schema/a.hpp", "#pragma once\ninline constexpr Table a{};\n"),
    ("src/storage/list.hpp.in", "#pragma once\n"),
    ("src/base/a.cpp", "int a;\n" * 500),
    ("src/base/a.cpp", "// One table. More than 500\n// lines, since it is one.\n" + "int a;\n" * 600),
    ("src/odata/operations/a.cpp", '#include "odata/json/a.hpp"\n#include "storage/store.hpp"\n'),
    ("src/odata/a.cpp", '#include "odata/json/a.hpp"\n'),
    ("src/odata/a.cpp", "namespace {\nint same(long a) {\n}\nusing Other = long;\n}  // namespace\n"),
    ("src/odata/json/c.cpp", "namespace rookery::odata::c {\nnamespace {\nstruct Same {\n};\n}  // namespace\n"),
    ("tests/storage/a_test.cpp", "namespace rookery::storage::a_test {\nint a;\n}\n"),
    ("src/http/a.cpp", "namespace {\nstruct Same {\n};\n}  // namespace\n"),
    ("src/storage/rocksdb_a.cpp", "#include <rocksdb/db.h>\n"),
    ("src/http/a.cpp", '#include "base/bytes.hpp"\n#include "storage/store.hpp"\n#include <openssl/ssl.h>\n'),
    ("tests/organization/node_modules/a/README.md", "TO" + "DO\n"),
    ("docs/a.md", "# `The` parts, twice\n\nsee [this](#the-parts-twice)\n"),
    ("docs/a.md", "see [this](ARCHITECTURE.md) and [that](https://example.com/)\n"),
]


class ThePlantedViolation(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="rookery-tidy-"))
        self.addCleanup(shutil.rmtree, self.root)
        for module in rules.INCLUDE_GRAPH:
            self.plant(f"src/{module}/CMakeLists.txt", f"rookery_add_module({module})\n")
        self.plant("src/base/bytes.hpp", "#pragma once\n")
        self.plant("src/crypto/keys.hpp", '#pragma once\n#include "base/bytes.hpp"\n')
        self.plant("src/storage/store.hpp", '#pragma once\n#include "crypto/keys.hpp"\n')
        self.plant("src/storage/store.cpp", '#include "storage/store.hpp"\n')
        self.plant("tests/storage/CMakeLists.txt", "rookery_add_test(storage DEPENDS storage)\n")
        self.plant("src/odata/json/a.hpp", "#pragma once\n")
        self.plant("src/odata/json/b.cpp", '#include "odata/json/a.hpp"\nnamespace {\nstruct Same;\nstruct Same {};\n'
                   "constexpr int same_max = 1;\nusing Other = long;\nint same(int a) {\n}\n}  // namespace\n")
        graphs = [check.graph_text()] + [check.rooms_text(module) for module in rules.ROOM_GRAPH]
        self.plant("docs/ARCHITECTURE.md", "\n\n".join(graphs) + "\n")

    def plant(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def test_the_clean_tree_has_no_finding(self):
        self.assertEqual([], check.findings(self.root))

    def test_every_planted_violation_is_found(self):
        for name, text, expected in PLANTED:
            with self.subTest(name=name, expected=expected):
                path = self.root / name
                before = path.read_text(encoding="utf-8") if path.exists() else None
                self.plant(name, text)
                found = check.findings(self.root)
                self.assertTrue(
                    any(expected in line and line.startswith(name) for line in found), f"only {found}"
                )
                path.unlink() if before is None else self.plant(name, before)

    def test_what_only_looks_like_a_violation_is_none(self):
        for name, text in HARMLESS:
            with self.subTest(name=name, text=text):
                self.plant(name, text)
                self.assertEqual([], check.findings(self.root))
                (self.root / name).unlink()


if __name__ == "__main__":
    unittest.main()
