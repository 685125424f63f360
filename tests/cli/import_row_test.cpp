#include "cli/import/import_row.hpp"

#include <catch2/catch.hpp>

using namespace rookery;
using namespace rookery::cli;

namespace {

CsvRow row_of(std::initializer_list<const char*> texts, std::uint64_t line = 1) {
    CsvRow row;
    row.line = line;
    for (const auto* text : texts) row.fields.push_back({text, {}});
    return row;
}

ImportHeader header() {
    return ImportHeader::read(
               row_of({"unique_handle_id", "handle", "access_token", "application", "owner"})
    )
        .value();
}

CsvRow data_row(const std::string& id, const std::string& handle, const std::string& token) {
    CsvRow row;
    row.line = 7;
    row.fields.push_back({id, {}});
    row.fields.push_back({handle, {}});
    row.fields.push_back({"", token.empty() ? SecretBytes{} : SecretBytes::copy_of(token)});
    row.fields.push_back({"app", {}});
    row.fields.push_back({"", {}});
    return row;
}

}  // namespace

TEST_CASE(
    "an import header names each column once, in any order, the required ones among them", "[cli]"
) {
    CHECK(header().position(ImportColumn::access_token) == 2U);
    CHECK_FALSE(header().position(ImportColumn::access_token_secret).has_value());
    CHECK_FALSE(ImportHeader::read(row_of({"handle"})).has_value());
    CHECK_FALSE(ImportHeader::read(row_of({"unique_handle_id", "handle", "handle"})).has_value());
    const auto unknown = ImportHeader::read(row_of({"unique_handle_id", "handle", "s3cret"}));
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().message.find("s3cret") == std::string::npos);
}

TEST_CASE(
    "an import row is checked against the table's limits without repeating a field", "[cli]"
) {
    const auto h = header();
    {
        auto row = data_row("1", "@a", "t");
        const auto read = read_import_row(h, row);
        REQUIRE(read.has_value());
        CHECK(read->line == 7);
        CHECK(read->application == "app");
        CHECK(read->access_token.size() == 1);
        CHECK(read->access_token_secret.empty());
    }
    // At the limit and one beyond, in characters and not in bytes.
    std::string wide;
    for (int i = 0; i < 100; ++i) wide += "ä";
    auto widest = data_row(wide, "@a", std::string(600, 't'));
    CHECK(read_import_row(h, widest).has_value());

    struct Bad {
        std::string id, handle, token, why;
    };

    for (const auto& bad : {
             Bad{"", "@a", "t", "unique_handle_id is empty"},
             Bad{"   ", "@a", "t", "unique_handle_id is blank"},
             Bad{"1", "", "t", "handle is empty"},
             Bad{wide + "x", "@a", "t", "longer than 100"},
             Bad{"1", "@a", std::string(601, 't'), "longer than 600"},
             Bad{"1", "@a", "********", "the mask"},
             Bad{"1", "@a", "********more", "the mask"},
             Bad{"1", "@a", "t\nt", "control character"},
             Bad{"1", "t", "t", "handle holds a token"},
             Bad{"1", "@a 0123456789abcdef", "0123456789abcdef", "handle holds a token"},
             Bad{"0123456789abcdef!", "@a", "0123456789abcdef", "unique_handle_id holds a token"},
             Bad{"1", "@a", "app", "application holds a token"},
             Bad{"1", "@\xFF", "t", "not valid UTF-8"},
             Bad{"1", "@a", "t\xC0\x80", "not valid UTF-8"},
         }) {
        auto row = data_row(bad.id, bad.handle, bad.token);
        const auto read = read_import_row(h, row);
        REQUIRE_FALSE(read.has_value());
        CHECK_THAT(read.error().message, Catch::Matchers::Contains(bad.why));
    }
    auto few = row_of({"1", "@a"});
    CHECK_FALSE(read_import_row(h, few).has_value());
}

TEST_CASE("ids that the vault takes for the same have the same import key", "[cli]") {
    ImportRow a;
    ImportRow b;
    a.unique_handle_id = "Handle ";
    b.unique_handle_id = "hANDLE";
    CHECK(import_key(a) == import_key(b));
    b.unique_handle_id = "handle2";
    CHECK(import_key(a) != import_key(b));
}
