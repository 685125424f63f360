#include "cli/import/csv.hpp"

#include "cli/import/import_file.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace csv_test {

using namespace rookery;
using namespace rookery::cli;

namespace {

/// Hands out `step` bytes at a time, so that every boundary is met.
CsvReader::Source source_of(std::string text, std::size_t step) {
    return [text = std::move(text), at = std::size_t{0}, step](std::span<char> out) mutable {
        const auto n = std::min({step, out.size(), text.size() - at});
        std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), n, out.begin());
        at += n;
        return Result<std::size_t>{n};
    };
}

struct Line {
    std::uint64_t line;
    std::vector<std::string> fields;
    std::string problem;
};

std::vector<Line> read_all(const std::string& text, std::size_t step, CsvLimits limits = {}) {
    CsvReader reader(source_of(text, step), limits);
    std::vector<Line> out;
    CsvRow row;
    for (;;) {
        const auto more = reader.next(row);
        REQUIRE(more.has_value());
        if (!*more) return out;
        std::vector<std::string> fields;
        for (const auto& field : row.fields) fields.push_back(field.text);
        out.push_back({row.line, std::move(fields), row.problem});
    }
}

using Fields = std::vector<std::string>;

}  // namespace

TEST_CASE("a CSV file is read the same however its bytes arrive", "[cli]") {
    const auto step = GENERATE(
        std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}, std::size_t{65536}
    );
    const auto rows = read_all(
        "\xEF\xBB\xBFhandle,note\r\n"
        "@one,\"a, b\"\r\n"
        "\r\n"
        "@two,\"line\r\nbreak \"\"quoted\"\"\"\n"
        ",\n"
        "@three,",
        step
    );
    REQUIRE(rows.size() == 5);
    CHECK(rows[0].fields == Fields{"handle", "note"});
    CHECK(rows[0].line == 1);
    CHECK(rows[1].fields == Fields{"@one", "a, b"});
    CHECK(rows[2].fields == Fields{"@two", "line\r\nbreak \"quoted\""});
    CHECK(rows[2].line == 4);
    CHECK(rows[3].fields == Fields{"", ""});
    CHECK(rows[3].line == 6);
    CHECK(rows[4].fields == Fields{"@three", ""});
    for (const auto& row : rows) CHECK(row.problem.empty());
}

TEST_CASE("an empty CSV file has no rows", "[cli]") {
    CHECK(read_all("", 1).empty());
    CHECK(read_all("\xEF\xBB\xBF", 1).empty());
    CHECK(read_all("\r\n\n", 4).empty());
}

TEST_CASE("a quoted empty field is a row of its own", "[cli]") {
    const auto rows = read_all("\"\"\n\"\"", 1);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].fields == Fields{""});
}

TEST_CASE("a malformed CSV row is reported with its line and the next row is read", "[cli]") {
    const auto [bad, why] = GENERATE(table<std::string, std::string>({
        {"a\"b,c", "a quote stands inside"},
        {"\"a\"b,c", "text follows a closing quote"},
        {"a\rb,c", "a carriage return stands alone"},
        {"1,2,3,4,5", "more than 4 fields"},
        {std::string(33, 'x'), "a field is longer than 32 bytes"},
    }));
    const auto step = GENERATE(std::size_t{1}, std::size_t{65536});
    const auto rows =
        read_all("h\n" + bad + "\nok\n", step, {.field_bytes_max = 32, .fields_max = 4});
    REQUIRE(rows.size() == 3);
    CHECK(rows[1].line == 2);
    CHECK(rows[1].fields.empty());
    CHECK_THAT(rows[1].problem, Catch::Matchers::Contains(why));
    CHECK(rows[2].fields == Fields{"ok"});
    CHECK(rows[2].problem.empty());
}

TEST_CASE("limits of a CSV row hold at the limit", "[cli]") {
    const auto rows =
        read_all(std::string(32, 'x') + ",2,3,4\n", 5, {.field_bytes_max = 32, .fields_max = 4});
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].problem.empty());
    CHECK(rows[0].fields.size() == 4);
}

TEST_CASE("an unclosed quote is a malformed row that says which lines it swallowed", "[cli]") {
    const auto to_the_end = read_all("h\n\"open\nrow\n", 3);
    REQUIRE(to_the_end.size() == 2);
    CHECK_THAT(to_the_end[1].problem, Catch::Matchers::Contains("not closed"));

    const auto too_long = read_all("\"1234\n5678\n90\nnext\n", 3, {.field_bytes_max = 8});
    REQUIRE(too_long.size() == 3);
    CHECK_THAT(too_long[0].problem, Catch::Matchers::Contains("lines 1 to 2"));
    CHECK(too_long[2].fields == Fields{"next"});
}

TEST_CASE("fields of a secret column come as secrets and nothing else does", "[cli]") {
    CsvReader reader(source_of("handle,token\n@one,\"s3,\"\"cret\"\n@two,\n", 2));
    CsvRow row;
    REQUIRE(reader.next(row).value());
    CHECK(row.fields[1].text == "token");
    reader.secret_column(1);
    REQUIRE(reader.next(row).value());
    CHECK(row.fields[0].text == "@one");
    CHECK(row.fields[1].text.empty());
    CHECK(constant_time_equal(
        row.fields[1].secret.expose([](ByteView v) { return Bytes(v.begin(), v.end()); }),
        bytes_of("s3,\"cret")
    ));
    REQUIRE(reader.next(row).value());
    CHECK(row.fields[1].secret.empty());
}

TEST_CASE("a failing source ends the reading with its error", "[cli]") {
    CsvReader reader([](std::span<char>) -> Result<std::size_t> { return fail(Errc::io, "gone"); });
    CsvRow row;
    const auto more = reader.next(row);
    REQUIRE_FALSE(more.has_value());
    CHECK(more.error().code == Errc::io);
}

TEST_CASE("a CSV file that is missing is not found", "[cli]") {
    const auto file = ImportFile::open("/nonexistent/rookery.csv");
    REQUIRE_FALSE(file.has_value());
    CHECK(file.error().code == Errc::not_found);
}

TEST_CASE("what parts the fields is read off the header, or named by a line before it", "[cli]") {
    const auto step = GENERATE(std::size_t{1}, std::size_t{3}, std::size_t{65536});
    for (const auto* separator : {",", ";", "\t"}) {
        const std::string part{separator};
        const auto other = part == "," ? std::string{";"} : std::string{","};
        for (const auto& before :
             {std::string{},
              "sep=" + part + "\r\n",
              "\xEF\xBB\xBFsep=" + part + "\n",
              "\"sep=" + part + "\"\n"}) {
            INFO(before << part);
            const auto rows =
                read_all(before + "id" + part + "name\r\n1" + part + "a" + other + "b\r\n", step);
            REQUIRE(rows.size() == 2);
            CHECK(rows[0].fields == Fields{"id", "name"});
            CHECK(rows[0].line == (before.empty() ? 1U : 2U));
            CHECK(rows[1].fields == Fields{"1", "a" + other + "b"});
        }
    }
}

TEST_CASE("what is no CSV in UTF-8 is said to be what it is", "[cli]") {
    const auto refused = [](const std::string& text) {
        CsvReader reader(source_of(text, 1));
        CsvRow row;
        const auto read = reader.next(row);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == Errc::usage);
        return read.error().message + " " + read.error().hint;
    };
    using namespace std::string_literals;
    using Catch::Matchers::Contains;
    CHECK_THAT(refused("\xFF\xFEi\0d\0\n\0"s), Contains("UTF-16") && Contains("CSV UTF-8"));
    CHECK_THAT(refused("\xFE\xFF\0i\0d\0\n"s), Contains("UTF-16"));
    CHECK_THAT(refused("i\0d\0\n\0"s), Contains("UTF-16"));
    CHECK_THAT(refused("\xFF\xFE\0\0i\0\0\0"s), Contains("UTF-32"));
    CHECK_THAT(refused("sep=|\nid|name\n"), Contains("sep="));
    const auto rows = read_all("id,name\r1,a\r", 1);
    REQUIRE_FALSE(rows.empty());
    CHECK_THAT(rows[0].problem, Contains("line ends"));
}

}  // namespace csv_test
