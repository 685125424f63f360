// schema_page write FOLDER   makes schema.json and the tables of schema.md in FOLDER anew
// schema_page check FOLDER   says whether they are what the schema says: 0, or 1 and where not
#include "schema/schema_page/difference.hpp"
#include "schema/schema_page/json.hpp"
#include "schema/schema_page/markdown.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace rookery;

struct File {
    std::filesystem::path path;
    std::optional<std::string> is;  // nothing: it cannot be read
    std::string must_be;
};

std::optional<std::string> content_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

int write(const File& file) {
    std::ofstream out(file.path, std::ios::binary);
    out << file.must_be;
    out.close();
    if (out) return 0;
    std::cerr << file.path.string() << " cannot be written\n";
    return 1;
}

int check(const File& file) {
    if (!file.is) {
        std::cerr << file.path.string() << " is not there\n";
        return 1;
    }
    const auto difference = schema_page::first_difference(*file.is, file.must_be);
    if (!difference) return 0;
    std::cerr << file.path.string() << " is not what src/schema says: " << *difference << "\n";
    return 1;
}

}  // namespace

int main(int count, char** arguments) {
    const std::string_view what = count == 3 ? arguments[1] : "";
    if (what != "write" && what != "check") {
        std::cerr << "schema_page write|check FOLDER\n";
        return 2;
    }
    const std::filesystem::path folder(arguments[2]);
    File json{folder / "schema.json", content_of(folder / "schema.json"), schema_page::json_text()};
    File page{folder / "schema.md", content_of(folder / "schema.md"), {}};
    auto made = page.is ? schema_page::with_tables(*page.is)
                        : rookery::fail(Errc::not_found, "it is not there");
    if (!made) {
        std::cerr << page.path.string() << ": " << made.error().message << "\n";
        return 1;
    }
    page.must_be = std::move(*made);
    if (what == "write") return write(json) | write(page);
    const int wrong = check(json) | check(page);
    if (wrong != 0) {
        std::cerr << "to renew both: " << arguments[0] << " write " << folder.string() << "\n";
    }
    return wrong;
}
