#include "odata/request/filter_parser.hpp"

#include "odata/request/canonical.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace filter_parser_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

const schema::Table& secret_table() { return *schema::table("msdyn_octwitterhandlesecret"); }

Result<messages::Filter> filter(std::string_view text, const QueryOptions& options = {}) {
    return parse_filter(secret_table(), text, options);
}

std::string shape_of(std::string_view text, const QueryOptions& options = {}) {
    const auto out = filter(text, options);
    return out ? messages::shape(*out) : "error: " + out.error().message;
}

Errc error_of(std::string_view text) {
    const auto out = filter(text);
    return out ? Errc::count_ : out.error().code;
}

}  // namespace

TEST_CASE("and binds tighter than or, not tighter than both", "[odata]") {
    CHECK(shape_of("msdyn_name eq 'a'") == "msdyn_name eq ?");
    CHECK(
        shape_of("statecode eq 0 or statecode eq 1 and not msdyn_name eq 'a'") ==
        "(statecode eq ? or (statecode eq ? and not msdyn_name eq ?))"
    );
    CHECK(
        shape_of("(statecode eq 0 or statecode eq 1) and not (msdyn_name eq 'a')") ==
        "((statecode eq ? or statecode eq ?) and not msdyn_name eq ?)"
    );
    CHECK(shape_of("not contains(msdyn_name,'x')") == "not contains(msdyn_name,?)");
}

TEST_CASE("every comparison and text function of the grammar is read", "[odata]") {
    for (const char* op : {"eq", "ne", "gt", "ge", "lt", "le"}) {
        CHECK(
            shape_of("statecode " + std::string{op} + " 1") == "statecode " + std::string{op} + " ?"
        );
    }
    for (const char* name : {"contains", "startswith", "endswith"}) {
        const std::string f = name;
        CHECK(shape_of(f + "(msdyn_name, 'a''b')") == f + "(msdyn_name,?)");
    }
}

TEST_CASE("a literal is read as the type of its column", "[odata]") {
    const auto value = [](std::string_view text) {
        const auto out = filter(text);
        REQUIRE(out);
        return std::get<storage::Value>(std::get<messages::Compare>(out->node).operand);
    };
    CHECK(std::get<std::string>(value("msdyn_name eq 'it''s'")) == "it's");
    CHECK(std::get<std::int64_t>(value("importsequencenumber eq -5")) == -5);
    CHECK(to_string(std::get<Uuid>(value("_ownerid_value eq " + id_text))) == id_text);
    CHECK(to_string(std::get<Uuid>(value("_ownerid_value eq '" + id_text + "'"))) == id_text);
    CHECK(
        to_iso8601(std::get<Instant>(value("createdon ge 2026-01-01T01:00:00.9+01:00"))) ==
        "2026-01-01T00:00:00Z"
    );
    CHECK(
        to_iso8601(std::get<Instant>(value("createdon ge 2026-01-01"))) == "2026-01-01T00:00:00Z"
    );
    CHECK(
        to_iso8601(std::get<Instant>(value("createdon ge '2026-01-01T01:00:00+01:00'"))) ==
        "2026-01-01T00:00:00Z"
    );
    CHECK(
        to_iso8601(std::get<Instant>(value("createdon ge '2026-01-01'"))) == "2026-01-01T00:00:00Z"
    );
    CHECK(storage::is_null(value("msdyn_name eq null")));
}

TEST_CASE("a literal of another type is malformed and not repeated", "[odata]") {
    for (const char* text :
         {"msdyn_name eq 5",
          "statecode eq 'hunter2'",
          "statecode eq 1.5",
          "createdon ge 'hunter2'",
          "createdon ge 2026-13-01",
          "createdon ge '2026-13-01'",
          "createdon ge '2026-01-01T00:00:00'",
          "createdon ge 'null'",
          "createdon ge ''",
          "createdon ge datetime'2026-01-01T00:00:00Z'",
          "statecode eq '0'",
          "_ownerid_value eq 5",
          "_ownerid_value eq 'hunter2'",
          "_ownerid_value eq guid'22222222-2222-4222-8222-222222222222'",
          "_ownerid_value eq {22222222-2222-4222-8222-222222222222}",
          "_ownerid_value eq 22222222222242228222222222222222",
          "statecode eq 99999999999999999999",
          "msdyn_name eq 'hunter2",
          "'hunter2' eq 'hunter2'",
          "null eq null"}) {
        INFO(text);
        const auto out = filter(text);
        REQUIRE_FALSE(out);
        CHECK(out.error().code == Errc::malformed);
        CHECK(out.error().message.find("hunter2") == std::string::npos);
    }
}

TEST_CASE("a literal may stand on the left", "[odata]") {
    const auto out = filter("5 lt importsequencenumber");
    REQUIRE(out);
    CHECK(std::get<messages::Compare>(out->node).op == messages::Comparison::gt);
}

TEST_CASE("columns of one row compare when their types agree", "[odata]") {
    CHECK(shape_of("createdon lt modifiedon") == "createdon lt modifiedon");
    CHECK(shape_of("_createdby_value eq _ownerid_value") == "_createdby_value eq _ownerid_value");
    CHECK(error_of("createdon lt msdyn_name") == Errc::malformed);
}

TEST_CASE("ids compare for equality only", "[odata]") {
    CHECK(error_of("_ownerid_value gt " + id_text) == Errc::malformed);
}

TEST_CASE(
    "a sealed column in $filter is refused wherever it stands, without its literal", "[odata]"
) {
    const auto text = GENERATE(
        as<std::string>{},
        "msdyn_useraccesstoken eq 'hunter2'",
        "msdyn_useraccesstoken eq null",
        "not (msdyn_useraccesstoken ne 'hunter2')",
        "'hunter2' eq msdyn_useraccesstoken",
        "contains(msdyn_useraccesstokensecret,'hunter2')",
        "startswith(msdyn_useraccesstoken,'hunter2') or statecode eq 0",
        "msdyn_name eq msdyn_useraccesstoken",
        "statecode eq 0 and msdyn_useraccesstoken gt 'hunter2'"
    );
    INFO(text);
    const auto out = filter(text);
    REQUIRE_FALSE(out);
    CHECK(out.error().code == Errc::sealed_in_query);
    CHECK(info(out.error().code).http_status == 400);
    CHECK(info(out.error().code).dataverse_code == "0x80060888");
    CHECK(out.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE("digest columns and name columns do not exist for $filter", "[odata]") {
    const auto& credentials = *schema::table("rky_credential");
    const auto out = parse_filter(credentials, "rky_hash eq 'a'", {});
    REQUIRE_FALSE(out);
    CHECK(out.error().code == Errc::unknown_property);
    CHECK(error_of("owneridname eq 'a'") == Errc::unknown_property);
    CHECK(error_of("ownerid eq " + id_text) == Errc::unknown_property);
}

TEST_CASE("functions that the product lacks are refused by name", "[odata]") {
    const auto out = filter("length(msdyn_name) eq 3");
    REQUIRE_FALSE(out);
    CHECK(out.error().code == Errc::malformed);
    CHECK(out.error().message == "The 'length' function isn't supported.");
    CHECK(error_of("tolower(msdyn_name) eq 'a'") == Errc::malformed);
    CHECK(error_of("Microsoft.Dynamics.CRM.Nothing(PropertyName='createdon')") == Errc::malformed);
    CHECK(error_of("contains(statecode,'1')") == Errc::malformed);
    CHECK(error_of("contains(msdyn_name,msdyn_name)") == Errc::malformed);
}

TEST_CASE("text that is no expression is malformed", "[odata]") {
    for (const char* text :
         {"",
          " ",
          "(",
          ")",
          "()",
          "msdyn_name",
          "msdyn_name eq",
          "msdyn_name eq 'a')",
          "(msdyn_name eq 'a'",
          "msdyn_name eq 'a' and",
          "not",
          "msdyn_name = 'a'",
          "msdyn_name eq 'a' msdyn_name eq 'b'",
          "msdyn_name in ('a','b')",
          "contains(msdyn_name)",
          "contains(msdyn_name,'a'",
          "msdyn_name eq 'a';",
          "statecode add 1 eq 2",
          "*"}) {
        INFO(text);
        CHECK(error_of(text) == Errc::malformed);
    }
}

TEST_CASE("nesting is bounded at 32 and terms at 500", "[odata]") {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '(') + "statecode eq 0" +
               std::string(static_cast<std::size_t>(depth), ')');
    };
    CHECK(error_of(nested(32)) == Errc::count_);
    CHECK(error_of(nested(33)) == Errc::malformed);
    CHECK(error_of(std::string(8000, '(')) == Errc::malformed);
    std::string nots;
    for (int i = 0; i < 8000; ++i) nots += "not ";
    CHECK(error_of(nots + "statecode eq 0") == Errc::malformed);
    std::string terms = "statecode eq 0";
    for (int i = 1; i < 500; ++i) terms += " or statecode eq 0";
    CHECK(error_of(terms) == Errc::count_);
    CHECK(error_of(terms + " or statecode eq 0") == Errc::malformed);
}

TEST_CASE("parameter aliases stand for one literal, and for null without a value", "[odata]") {
    QueryOptions options;
    options.aliases.emplace_back("@p", "'a'");
    options.aliases.emplace_back("@bad", "msdyn_name eq 'a'");
    const auto out = filter("msdyn_name eq @p", options);
    REQUIRE(out);
    const auto& node = std::get<messages::Compare>(out->node);
    CHECK(std::get<std::string>(std::get<storage::Value>(node.operand)) == "a");
    CHECK(shape_of("msdyn_name eq @none", options) == "msdyn_name eq null");
    CHECK_FALSE(filter("msdyn_name eq @bad", options));
}

TEST_CASE("equal filters have equal canonical bytes, others do not", "[odata]") {
    const auto canonical = [](std::string_view text) {
        StringWriter out;
        append_canonical(out, filter(text).value());
        return std::move(out).take();
    };
    CHECK(canonical("msdyn_name  eq 'a'") == canonical("(msdyn_name eq 'a')"));
    CHECK(canonical("msdyn_name eq 'a'") != canonical("msdyn_name eq 'b'"));
    CHECK(canonical("msdyn_name eq 'a'") != canonical("msdyn_name ne 'a'"));
    CHECK(
        canonical("statecode eq 0 or statecode eq 1") !=
        canonical("statecode eq 0 and statecode eq 1")
    );
}

}  // namespace filter_parser_test
