// What messages, hints and help tell somebody to type: every text of the program that has `rookery …` in it is read
// from the sources, and the line is parsed as if he had typed it.
#include "cli/app.hpp"
#include "cli/program.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace named_commands_test {

using namespace rookery;
using namespace rookery::cli;
using namespace rookery::cli::testing;
namespace fs = std::filesystem;

namespace {

/// The string literals of a C++ source; those that stand side by side are one.
class Literals {
 public:
    explicit Literals(std::string_view source) : rest_(source) {
        while (!rest_.empty()) step();
        end_text();
    }

    std::vector<std::string> all;

 private:
    void step() {
        if (rest_.starts_with("//")) return skip_past("\n");
        if (rest_.starts_with("/*")) return skip_past("*/");
        if (rest_.starts_with("R\"")) return raw_text();
        if (rest_.front() == '"') return text();
        if (rest_.front() == '\'') return character();
        if (std::string_view{" \t\r\n"}.find(rest_.front()) == std::string_view::npos) end_text();
        rest_.remove_prefix(1);
    }

    void skip_past(std::string_view end) {
        const auto at = rest_.find(end);
        rest_.remove_prefix(at == std::string_view::npos ? rest_.size() : at + end.size());
    }

    void raw_text() {
        const auto open = rest_.find('(');
        const auto end = ")" + std::string(rest_.substr(2, open - 2)) + "\"";
        rest_.remove_prefix(open + 1);
        text_ += rest_.substr(0, rest_.find(end));
        skip_past(end);
        open_ = true;
    }

    void text() {
        rest_.remove_prefix(1);
        while (!rest_.empty() && rest_.front() != '"') {
            if (rest_.front() == '\\') rest_.remove_prefix(1);
            text_ += rest_.front();
            rest_.remove_prefix(1);
        }
        rest_.remove_prefix(1);
        open_ = true;
    }

    /// Or what separates the digits of a number.
    void character() {
        end_text();
        const auto size = rest_.substr(1).starts_with('\\') ? 4U : 3U;
        const bool is_one = rest_.size() >= size && rest_[size - 1] == '\'';
        rest_.remove_prefix(is_one ? size : 1);
    }

    void end_text() {
        if (open_) all.push_back(text_);
        text_.clear();
        open_ = false;
    }

    std::string_view rest_;
    std::string text_;
    bool open_ = false;
};

/// Their text, with the place of each.
std::map<std::string, std::string> texts_of_program() {
    std::map<std::string, std::string> out;
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(ROOKERY_SOURCE_DIR) / "src")) {
        const auto ending = entry.path().extension();
        if (ending != ".cpp" && ending != ".hpp") continue;
        for (const auto& text : Literals(read_file(entry.path())).all) {
            out.emplace(text, entry.path().filename().string());
        }
    }
    return out;
}

/// The words of a line, with something in place of what is filled in: {} and FILE.
std::vector<std::string> words_of(std::string line) {
    line = std::regex_replace(line, std::regex{R"(\{[0-9]*\})"}, "1");
    line = std::regex_replace(line, std::regex{R"(\b[A-Z][A-Z_]*\b)"}, "1");
    std::istringstream in(line);
    std::vector<std::string> out;
    for (std::string word; in >> word;) out.push_back(word);
    out.erase(out.begin());
    return out;
}

/// What nobody types without its page: named, and not told to type.
const std::set<std::string> known_by_name{
    "rookery init", "rookery serve", "rookery restore", "rookery audit verify"};

}  // namespace

TEST_CASE("what the program tells somebody to type is understood by it", "[cli]") {
    const std::regex named{"`(rookery [^`]*)`"};
    std::size_t tried = 0;
    for (const auto& [text, file] : texts_of_program()) {
        for (std::sregex_iterator at(text.begin(), text.end(), named), end; at != end; ++at) {
            const auto line = (*at)[1].str();
            if (known_by_name.contains(line) || line.ends_with(" --help")) continue;
            CLI::App app{"", "rookery"};
            Action chosen;
            add_commands(app, chosen);
            const auto understood = understand(app, chosen, words_of(line));
            INFO(file << ": " << line);
            if (!understood) FAIL_CHECK(understood.error().message);
            ++tried;
        }
    }
    CHECK(tried > 50);
}

TEST_CASE("the literals of a source are found as the compiler finds them", "[cli]") {
    const Literals found(
        "a(\"one\"  \n \"two\", '\"', \"th\\\"ree\"); // \"no\"\n/* \"no\" */ 1'000 R\"x(four)\" "
        "\"\")x\""
    );
    CHECK(found.all == std::vector<std::string>{"onetwo", "th\"ree", "four)\" \"\""});
}

TEST_CASE("no text of the command line has the name of a variable in it", "[cli]") {
    const Ran reference = run_program({"help", "reference"});
    const Ran codes = run_program({"help", "exit-codes"});
    // Columns, settings and options are written so; a name between blanks is none of these.
    const std::regex variable{R"((^|\s)(list|exit|key|job|token|log)_[a-z]+s?(\s|[.,;:]|$))"};
    for (const auto& [text, file] : texts_of_program()) {
        if (text.find(' ') == std::string::npos) continue;
        INFO(file << ": " << text);
        CHECK_FALSE(std::regex_search(text, variable));
    }
    CHECK(reference.code == 0);
    CHECK(codes.out.find("some rows were bad") != std::string::npos);
}

}  // namespace named_commands_test
