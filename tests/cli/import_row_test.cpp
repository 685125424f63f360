#include "cli/import/import_row.hpp"

#include <catch2/catch.hpp>

namespace import_row_test {

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
             Bad{"   ", "@a", "t", "unique_handle_id is empty"},
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

TEST_CASE("names of columns are read without case and the blanks around them", "[cli]") {
    const auto read = ImportHeader::read(
        row_of({" Unique_Handle_ID", "HANDLE\u00a0", "\tOwner ", "access_token", "", " "})
    );
    REQUIRE(read);
    CHECK(read->position(ImportColumn::unique_handle_id) == 0U);
    CHECK(read->position(ImportColumn::owner) == 2U);
    CHECK(read->columns() == 4);
    const auto gap = ImportHeader::read(row_of({"unique_handle_id", "", "handle"}));
    REQUIRE_FALSE(gap);
    CHECK_THAT(gap.error().message, Catch::Matchers::Contains("column 2 has no name"));
    const auto only = ImportHeader::read(row_of({"unique_handle_id|handle"}));
    REQUIRE_FALSE(only);
    CHECK_THAT(only.error().message, Catch::Matchers::Contains("commas, semicolons or tabs"));
}

TEST_CASE("the columns of a Dataverse export are understood or left alone", "[cli]") {
    const auto read = ImportHeader::read(row_of(
        {"@odata.etag",
         "msdyn_octwitterhandlesecretid",
         "msdyn_octwitteruniquehandleid",
         "msdyn_name",
         "_ownerid_value",
         "_ownerid_value@OData.Community.Display.V1.FormattedValue",
         "ownerid",
         "_msdyn_octwitterapplicationid_value",
         "msdyn_octwitterapplicationidname",
         "_msdyn_octwitterhandleid_value",
         "statecode",
         "statecodename",
         "createdon",
         "versionnumber"}
    ));
    REQUIRE(read);
    CHECK(read->position(ImportColumn::unique_handle_id) == 2U);
    CHECK(read->position(ImportColumn::handle) == 3U);
    CHECK(read->position(ImportColumn::owner) == 5U);
    CHECK(read->position(ImportColumn::application) == 8U);
    CHECK(read->left_alone() == 10);
    CHECK_FALSE(ImportHeader::read(row_of({"msdyn_octwitteruniquehandleid", "msdyn_name", "handle"})
    ));
    CHECK_FALSE(ImportHeader::read(row_of({"unique_handle_id", "handle", "msdyn_nothing"})));
}

TEST_CASE("empty columns to the right of all others are no fields", "[cli]") {
    const auto h = header();
    auto row = data_row("1", "@a", "t");
    row.fields.push_back({"", {}});
    row.fields.push_back({" ", {}});
    CHECK(read_import_row(h, row));
    row = data_row("1", "@a", "t");
    row.fields.push_back({"more", {}});
    const auto refused = read_import_row(h, row);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message, Catch::Matchers::Contains("6 fields instead of 5"));
}

TEST_CASE(
    "blanks around ids and names are left out, and said; around a token they are bad", "[cli]"
) {
    const auto h = header();
    auto row = data_row("\u00a0 1\t", "@a\u2003", "t");
    row.fields[3].text = " app";
    row.fields[4].text = "Social\ufeff";
    const auto read = read_import_row(h, row);
    REQUIRE(read);
    CHECK(read->unique_handle_id == "1");
    CHECK(read->handle == "@a");
    CHECK(read->application == "app");
    CHECK(read->owner == "Social");
    CHECK(read->trimmed);
    auto plain = data_row("1", "@a b", "t");
    CHECK_FALSE(read_import_row(h, plain)->trimmed);
    for (const auto* token : {" t", "t ", "t\u00a0", "\u200bt", "t\ufeff", "\u3000"}) {
        auto blank = data_row("1", "@a", token);
        const auto refused = read_import_row(h, blank);
        REQUIRE_FALSE(refused);
        CHECK_THAT(
            refused.error().message, Catch::Matchers::Contains("begins or ends with a blank")
        );
    }
}

TEST_CASE("an id that a spreadsheet rounded is bad", "[cli]") {
    const auto h = header();
    for (const auto* id : {"1.29403E+18", "1,29403E+18", "1E+18", "-2.5e-3", "+1.e07", "12e4"}) {
        auto row = data_row(id, "@a", "t");
        const auto read = read_import_row(h, row);
        REQUIRE_FALSE(read);
        CHECK_THAT(read.error().message, Catch::Matchers::Contains("spreadsheet"));
        CHECK_THAT(read.error().message, !Catch::Matchers::Contains(id));
    }
    for (const auto* id :
         {"E+18", "1.29403", "12e", "e12", "1e1x", "12e+", "1294030000000000000", "a1e5"}) {
        auto row = data_row(id, "@a", "t");
        CHECK(read_import_row(h, row));
    }
}

TEST_CASE("what a spreadsheet writes where it has no value is bad in every column", "[cli]") {
    const auto h = header();
    for (const std::string text :
         {"#NAME?",
          "#REF!",
          "#VALUE!",
          "#N/A",
          "#NUM!",
          "#DIV/0!",
          "#NULL!",
          "####",
          "#########"}) {
        INFO(text);
        auto id = data_row(text, "@a", "t");
        auto handle = data_row("1", text + " ", "t");
        auto token = data_row("1", "@a", text);
        auto application = data_row("1", "@a", "t");
        application.fields[3].text = text;
        auto owner = data_row("1", "@a", "t");
        owner.fields[4].text = text;
        for (auto* row : {&id, &handle, &token, &application, &owner}) {
            const auto read = read_import_row(h, *row);
            REQUIRE_FALSE(read);
            CHECK_THAT(read.error().message, Catch::Matchers::Contains("no value"));
            CHECK_THAT(read.error().message, !Catch::Matchers::Contains(text));
        }
    }
    for (const auto* handle : {"###", "#name", "#N/A1", "a#REF!", "#### 1"}) {
        auto row = data_row("1", handle, "t");
        CHECK(read_import_row(h, row));
    }
}

TEST_CASE("a long id that ends in zeros may be rounded, which is said and not refused", "[cli]") {
    const auto h = header();
    const auto rounded = [&](const char* id) {
        auto row = data_row(id, "@a", "t");
        const auto read = read_import_row(h, row);
        REQUIRE(read);
        return read->rounded;
    };
    CHECK(rounded("1294030000000000000"));
    CHECK(rounded("1294031234567890000"));
    CHECK(rounded("1294031234567890"));
    CHECK_FALSE(rounded("129403123456780"));  // 15 digits
    CHECK_FALSE(rounded("1294031234567891"));
    CHECK_FALSE(rounded("1294031234567890001"));
    CHECK_FALSE(rounded("a1294031234567890000"));
}

TEST_CASE("ids that the vault takes for the same have the same import key", "[cli]") {
    CHECK(import_key("Handle ") == import_key("hANDLE"));
    CHECK(import_key("Handle") != import_key("handle2"));
}

TEST_CASE("rows that do not say the same have different digests", "[cli]") {
    const auto digest = [](ImportRow row) { return digest_of(row); };
    const auto row = [](const char* id, const char* handle, const char* token) {
        ImportRow out;
        out.unique_handle_id = id;
        out.handle = handle;
        out.access_token = SecretBytes::copy_of(std::string_view{token});
        return out;
    };
    CHECK(digest(row("1", "a", "t")) == digest(row("1", "a", "t")));
    CHECK(digest(row("1", "a", "t")) != digest(row("1", "at", "")));
    CHECK(digest(row("1", "a", "t")) != digest(row("1", "a", "u")));
    auto moved = row("1", "a", "t");
    moved.access_token_secret = std::move(moved.access_token);
    CHECK(digest(std::move(moved)) != digest(row("1", "a", "t")));
}

}  // namespace import_row_test
