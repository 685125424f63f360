#include "odata/json/json_value.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace parse_body_test {

using namespace rookery;
using namespace rookery::odata;
using messages::Create;
using messages::Upsert;

namespace {

const std::string row_url = secrets + "(" + id_text + ")";
const std::string handle_url = "/msdyn_octwitterhandles(" + other_id_text + ")";

Create created(std::string_view body) { return message<Create>(parsed("POST", secrets, body)); }

Errc bad(std::string_view body) { return refused("POST", secrets, body); }

std::string secret_text(const messages::InputCell& cell) {
    return std::get<SecretBytes>(cell.value).expose([](ByteView bytes) {
        return std::string{text_of(bytes)};
    });
}

const messages::InputCell* cell(const messages::Input& input, std::string_view column) {
    for (const auto& candidate : input.cells) {
        if (candidate.column->name == column) return &candidate;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("a body becomes typed cells", "[odata]") {
    const auto out = created(
        R"j({"@odata.type":"#Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret","msdyn_name":"acme-eu",)j"
        R"j("msdyn_useraccesstoken":"t-1","importsequencenumber":7,"overriddencreatedon":"2019-05-01",)j"
        R"j("msdyn_octwitterhandlesecretid":"22222222-2222-4222-8222-222222222222","statuscode":1,)j"
        R"j("msdyn_octwitterhandleid@odata.bind":"/msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)"})j"
    );
    CHECK(std::get<std::string>(cell(out.input, "msdyn_name")->value) == "acme-eu");
    CHECK(secret_text(*cell(out.input, "msdyn_useraccesstoken")) == "t-1");
    CHECK(std::get<std::int64_t>(cell(out.input, "importsequencenumber")->value) == 7);
    CHECK(
        to_iso8601(std::get<Instant>(cell(out.input, "overriddencreatedon")->value)) ==
        "2019-05-01T00:00:00Z"
    );
    CHECK(
        to_string(std::get<Uuid>(cell(out.input, "msdyn_octwitterhandlesecretid")->value)) ==
        id_text
    );
    const auto& target =
        std::get<messages::Target>(cell(out.input, "msdyn_octwitterhandleid")->value);
    CHECK(target.table->name == "msdyn_octwitterhandle");
    CHECK(to_string(std::get<Uuid>(target.by)) == other_id_text);
}

TEST_CASE("a token with escapes arrives whole", "[odata]") {
    const auto out = created(R"j({"msdyn_useraccesstoken":"a\"b\\c\u00e9\ud83d\ude00-tail"})j");
    CHECK(secret_text(out.input.cells.at(0)) == "a\"b\\c\xC3\xA9\xF0\x9F\x98\x80-tail");
    std::string expected;
    std::string escaped;
    for (int i = 0; i < 300; ++i) {
        expected += "x\"";
        escaped += "x\\\"";
    }
    const auto lengthy = created("{\"msdyn_useraccesstoken\":\"" + escaped + "\"}");
    CHECK(secret_text(lengthy.input.cells.at(0)) == expected);
}

TEST_CASE("a token is a text, and null or nothing clears it", "[odata]") {
    CHECK(bad(R"j({"msdyn_useraccesstoken":5})j") == Errc::bad_payload);
    CHECK(bad(R"j({"msdyn_useraccesstoken":["a"]})j") == Errc::bad_payload);
    CHECK(bad(R"j({"msdyn_useraccesstoken":{"value":"a"}})j") == Errc::bad_payload);
    for (const char* body :
         {R"j({"msdyn_useraccesstoken":null})j", R"({"msdyn_useraccesstoken":""})"}) {
        CHECK(std::holds_alternative<std::monostate>(created(body).input.cells.at(0).value));
    }
}

TEST_CASE("a value that begins with the mask is refused on every way to write it", "[odata]") {
    const auto token = GENERATE(as<std::string>{}, "********", "********abc", R"j(\u002a*******)j");
    const auto body = R"j({"msdyn_useraccesstoken":")j" + token + R"j("})j";
    CHECK(bad(body) == Errc::masked_write);
    CHECK(refused("PATCH", row_url, body) == Errc::masked_write);
    CHECK(
        refused("PUT", row_url + "/msdyn_useraccesstoken", R"j({"value":")j" + token + R"j("})j") ==
        Errc::masked_write
    );
    const auto item =
        R"j({"Targets":[{"@odata.type":"Microsoft.Dynamics.CRM.msdyn_octwitterhandlesecret",)j" +
        body.substr(1) + "]}";
    CHECK(
        refused("POST", secrets + "/Microsoft.Dynamics.CRM.CreateMultiple", item) ==
        Errc::masked_write
    );
    CHECK(bad(R"j({"msdyn_useraccesstoken":"*******"})j") == Errc::count_);
}

TEST_CASE("lengths are counted in code points", "[odata]") {
    std::string umlauts;
    for (int i = 0; i < 100; ++i) umlauts += "\xC3\xA4";
    CHECK(bad("{\"msdyn_name\":\"" + umlauts + "\"}") == Errc::count_);
    const auto error = rejection(parsed("POST", secrets, "{\"msdyn_name\":\"" + umlauts + "x\"}"));
    CHECK(error.code == Errc::too_long);
    CHECK(
        error.message ==
        "A validation error occurred.  The length of the 'msdyn_name' attribute of the "
        "'msdyn_octwitterhandlesecret' entity exceeded the maximum allowed length of '100'."
    );
    CHECK(bad("{\"msdyn_useraccesstoken\":\"" + std::string(600, 'a') + "\"}") == Errc::count_);
    CHECK(bad("{\"msdyn_useraccesstoken\":\"" + std::string(601, 'a') + "\"}") == Errc::too_long);
}

TEST_CASE("values outside the limits of their column are refused", "[odata]") {
    CHECK(bad(R"j({"importsequencenumber":2147483648})j") == Errc::out_of_range);
    CHECK(bad(R"j({"importsequencenumber":99999999999999999999})j") == Errc::out_of_range);
    CHECK(bad(R"j({"importsequencenumber":1.5})j") == Errc::out_of_range);
    CHECK(bad(R"j({"importsequencenumber":"7"})j") == Errc::bad_payload);
    CHECK(bad(R"j({"timezoneruleversionnumber":-2})j") == Errc::out_of_range);
    // Which statuses there are depends on the state: it is refused with the row, in the words for a pair that does not fit.
    CHECK(bad(R"j({"statuscode":9})j") == Errc::count_);
    CHECK(bad(R"j({"statuscode":"Active"})j") == Errc::bad_payload);
    CHECK(bad(R"j({"overriddencreatedon":"yesterday"})j") == Errc::bad_date);
    CHECK(bad(R"j({"overriddencreatedon":5})j") == Errc::bad_payload);
    CHECK(bad(R"j({"msdyn_name":true})j") == Errc::bad_payload);
    CHECK(bad(R"j({"msdyn_octwitterhandlesecretid":"x"})j") == Errc::bad_payload);
    CHECK(
        refused("POST", "/api/data/v9.2/teams", R"j({"name":"t","teamtype":77})j") ==
        Errc::bad_choice
    );
    CHECK(refused("POST", "/api/data/v9.2/teams", R"j({"name":null})j") == Errc::required_null);
}

TEST_CASE(
    "names that a body may not use are refused with their name and without their value", "[odata]"
) {
    for (const std::string member :
         {"\"nosuch\":\"hunter2\"",
          "\"MSDYN_name\":\"hunter2\"",
          "\"_ownerid_value\":\"hunter2\"",
          "\"Ownerid@odata.bind\":\"hunter2\"",
          "\"nosuch@odata.bind\":\"hunter2\"",
          "\"ownerid@odata.bind\":\"hunter2\"",
          "\"ownerid@odata.bind\":5",
          "\"ownerid@odata.bind\":\"/"
          "msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)\"",
          "\"msdyn_octwitterhandleid\":\"hunter2\"",
          "\"owneridname\":\"hunter2\"",
          "\"msdyn_name@odata.bind\":\"hunter2\"",
          "\"nosuch@odata.type\":\"hunter2\"",
          "\"rky_hash\":\"hunter2\""}) {
        INFO(member);
        const auto error = rejection(parsed("POST", secrets, "{" + member + "}"));
        CHECK(error.code == Errc::bad_payload);
        CHECK(error.message.find("hunter2") == std::string::npos);
        CHECK(
            error.message.starts_with("Error identified in Payload provided by the user for Entity "
                                      ":'msdyn_octwitterhandlesecrets', ")
        );
    }
    CHECK(
        rejection(parsed("POST", secrets, R"j({"nosuch":1})j")).message.find("'nosuch'") !=
        std::string::npos
    );
}

TEST_CASE(
    "read-only columns are dropped, those that prove identity are kept for the planner", "[odata]"
) {
    const auto out =
        created(R"j({"createdon":"2020-01-01T00:00:00Z","versionnumber":5,)j"
                R"j("createdby@odata.bind":"/systemusers(33333333-3333-4333-8333-333333333333)"})j"
        );
    CHECK(cell(out.input, "createdon") == nullptr);
    CHECK(std::get<std::int64_t>(cell(out.input, "versionnumber")->value) == 5);
    CHECK(cell(out.input, "createdby") != nullptr);
}

TEST_CASE("columns that only a create may set stay in a PATCH, which may create", "[odata]") {
    const auto out = message<Upsert>(parsed("PATCH", row_url, R"j({"importsequencenumber":7})j"));
    CHECK(cell(out.input, "importsequencenumber") != nullptr);
}

TEST_CASE("the clear consumer key refuses writes and names its sealed sibling", "[odata]") {
    const auto error = rejection(parsed(
        "POST",
        "/api/data/v9.2/msdyn_octwitterapplications",
        R"j({"msdyn_twitterconsumerkey":"hunter2"})j"
    ));
    CHECK(error.code == Errc::protected_column);
    CHECK(error.message.find("msdyn_securetwitterconsumerkey") != std::string::npos);
    CHECK(error.message.find("hunter2") == std::string::npos);
}

TEST_CASE("annotations of what was read are ignored, a wrong type is not", "[odata]") {
    CHECK(created(R"j({"@odata.context":"x","@odata.etag":"W/\"1\"","@odata.id":"x",)j"
                  R"j("statuscode@OData.Community.Display.V1.FormattedValue":"Active",)j"
                  R"j("_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname":"team"})j")
              .input.cells.empty());
    CHECK(bad(R"j({"@odata.type":"Microsoft.Dynamics.CRM.team"})j") == Errc::bad_payload);
    CHECK(bad(R"j({"@odata.type":5})j") == Errc::bad_payload);
}

TEST_CASE("a lookup is bound by every form of its row's URL", "[odata]") {
    const auto url = GENERATE(
        as<std::string>{},
        "/msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)",
        "msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)",
        "/api/data/v9.2/msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)",
        "https://vault.example.com/api/data/v9.1/"
        "msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)"
    );
    const auto out = created("{\"msdyn_octwitterhandleid@odata.bind\":\"" + url + "\"}");
    CHECK(std::holds_alternative<messages::Target>(out.input.cells.at(0).value));
}

TEST_CASE("a URL of another place is no reference", "[odata]") {
    const auto url = GENERATE(
        as<std::string>{},
        "https://evil.example.com/api/data/v9.2/"
        "msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)",
        "https://vault.example.com.evil/api/data/v9.2/"
        "msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)",
        "https://vault.example.com@evil/api/data/v9.2/"
        "msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)",
        "/api/data/v8.0/msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)",
        "//msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)",
        "/msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)/x",
        "/msdyn_octwitterhandles(33333333-3333-4333-8333-333333333333)?x",
        "/msdyn_octwitterhandles",
        "/nosuch(33333333-3333-4333-8333-333333333333)",
        "",
        "/"
    );
    INFO(url);
    CHECK(bad("{\"msdyn_octwitterhandleid@odata.bind\":\"" + url + "\"}") == Errc::bad_payload);
    CHECK(bad("{\"msdyn_octwitterhandleid@odata.bind\":\"$1\"}") == Errc::malformed);
}

TEST_CASE("null clears a lookup in both spellings", "[odata]") {
    for (const char* body :
         {R"j({"msdyn_octwitterhandleid":null})j",
          R"({"msdyn_octwitterhandleid@odata.bind":null})"}) {
        const auto out = created(body);
        CHECK(out.input.cells.at(0).column->name == "msdyn_octwitterhandleid");
        CHECK(std::holds_alternative<std::monostate>(out.input.cells.at(0).value));
    }
    CHECK(bad(R"j({"ownerid":null})j") == Errc::required_null);
}

TEST_CASE("the owner is a user or a team", "[odata]") {
    CHECK(
        bad(R"j({"ownerid@odata.bind":"/systemusers(33333333-3333-4333-8333-333333333333)"})j") ==
        Errc::count_
    );
    CHECK(
        bad(R"j({"ownerid@odata.bind":"/teams(33333333-3333-4333-8333-333333333333)"})j") ==
        Errc::count_
    );
    CHECK(
        bad(R"j({"ownerid@odata.bind":"/systemusers(azureactivedirectoryobjectid=33333333-3333-4333-8333-333333333333)"})j"
        ) == Errc::count_
    );
    CHECK(
        bad(R"j({"ownerid@odata.bind":"/roles(33333333-3333-4333-8333-333333333333)"})j") ==
        Errc::bad_payload
    );
}

TEST_CASE("a column given twice is refused", "[odata]") {
    CHECK(bad(R"j({"msdyn_name":"a","msdyn_name":"b"})j") == Errc::bad_payload);
    CHECK(bad(R"j({"msdyn_name":"a","msdyn_n\u0061me":"b"})j") == Errc::bad_payload);
    CHECK(
        bad(R"j({"ownerid@odata.bind":"/teams(33333333-3333-4333-8333-333333333333)","ownerid":{"a":1}})j"
        ) == Errc::unsupported
    );
}

TEST_CASE("deep insert is not supported and says so", "[odata]") {
    CHECK(bad(R"j({"msdyn_octwitterhandleid":{"msdyn_name":"a"}})j") == Errc::unsupported);
    CHECK(bad(R"j({"msdyn_octwitterhandlesecret_SyncErrors":[]})j") == Errc::unsupported);
}

TEST_CASE("a body that is not one well-formed JSON object is refused", "[odata]") {
    for (const std::string body :
         {"x",
          "{",
          "{}x",
          "{} {}",
          "[]",
          "null",
          "5",
          "\"a\"",
          "{\"a\"}",
          "{\"msdyn_name\":\"a\",}",
          "{'msdyn_name':'a'}",
          "{\"msdyn_name\":\"\xFF\"}",
          "{\"msdyn_name\":\"\\ud800\"}",
          "{\"msdyn_name\":\"\\u0000\"}",
          "{\"msdyn_name\":\"a\nb\"}",
          "{\"importsequencenumber\":01}",
          "{\"importsequencenumber\":NaN}",
          "/**/{}"}) {
        INFO(body);
        CHECK(bad(body) == Errc::bad_payload);
    }
    CHECK(bad("{}") == Errc::count_);
    CHECK(bad(" {} ") == Errc::count_);
    CHECK(bad("\xEF\xBB\xBF{}") == Errc::count_);
    CHECK(
        refused("POST", secrets, "", {{"Content-Type", "application/json"}}) == Errc::bad_payload
    );
}

TEST_CASE("depth, keys and items of a body are bounded at their limits", "[odata]") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(parse_json(nested(json_depth_max)));
    CHECK_FALSE(parse_json(nested(json_depth_max + 1)));
    CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
    const auto keys = [](std::size_t count) {
        std::string out = "{";
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) out += ",";
            out += "\"k" + std::to_string(i) + "\":1";
        }
        return out + "}";
    };
    CHECK(parse_json(keys(json_keys_max)));
    CHECK_FALSE(parse_json(keys(json_keys_max + 1)));
    CHECK_FALSE(parse_json("{\"" + std::string(600, 'k') + "\":1}"));
    const auto items = [](std::size_t count) {
        std::string out = "[1";
        for (std::size_t i = 1; i < count; ++i) out += ",1";
        return out + "]";
    };
    CHECK(parse_json(items(json_items_max)));
    const auto grid = [&](std::size_t rows) {
        std::string out = "[" + items(json_items_max);
        for (std::size_t i = 1; i < rows; ++i) out += "," + items(json_items_max);
        return out + "]";
    };
    CHECK(parse_json(grid(99)));
    CHECK_FALSE(parse_json(grid(100)));
    CHECK(parse_json(items(json_items_max + 1)).error().code == Errc::too_many_rows);
}

TEST_CASE("PATCH is an upsert with its conditions", "[odata]") {
    const auto patch = [](std::vector<http::Header> headers) {
        return message<Upsert>(
            parsed("PATCH", row_url, R"j({"msdyn_name":"a"})j", std::move(headers))
        );
    };
    CHECK_FALSE(patch({}).preconditions.must_exist);
    CHECK_FALSE(patch({{"If-None-Match", "null"}, {"If-Match", "null"}}).preconditions.must_exist);
    CHECK(patch({{"If-Match", "*"}}).preconditions.must_exist);
    CHECK(patch({{"If-Match", "*"}}).preconditions.versions.empty());
    CHECK(
        patch({{"If-Match", "W/\"7\",W/\"8\""}}).preconditions.versions ==
        std::vector<std::uint64_t>{7, 8}
    );
    CHECK(patch({{"If-Match", "\"7\""}}).preconditions.unmatchable);
    CHECK(patch({{"If-Match", "W/\"07\""}}).preconditions.unmatchable);
    CHECK(patch({{"If-None-Match", "*"}}).preconditions.must_not_exist);
    const auto both = std::vector<http::Header>{{"If-Match", "*"}, {"If-None-Match", "*"}};
    CHECK(refused("PATCH", row_url, "{}", both) == Errc::malformed);
    const auto twice = std::vector<http::Header>{{"If-Match", "*"}, {"if-match", "*"}};
    CHECK(refused("PATCH", row_url, "{}", twice) == Errc::malformed);
    CHECK(refused("PATCH", row_url, "{}", {{"If-Match", "W/\"1\", *"}}) == Errc::malformed);
    CHECK(refused("PATCH", row_url, "{}", {{"If-None-Match", "W/\"1\""}}) == Errc::malformed);
}

TEST_CASE("the id in a PATCH body must be the URL's and is dropped", "[odata]") {
    const auto out = message<Upsert>(
        parsed("PATCH", row_url, "{\"msdyn_octwitterhandlesecretid\":\"" + id_text + "\"}")
    );
    CHECK(out.input.cells.empty());
    CHECK(
        refused(
            "PATCH", row_url, "{\"msdyn_octwitterhandlesecretid\":\"" + other_id_text + "\"}"
        ) == Errc::bad_payload
    );
    CHECK(refused("PATCH", row_url, R"j({"msdyn_octwitterhandlesecretid":null})j") != Errc::count_);
}

TEST_CASE("return=representation is kept with its selection and echoed", "[odata]") {
    const auto result = parsed(
        "POST",
        secrets + "?$select=msdyn_name",
        R"j({"msdyn_name":"a"})j",
        {{"Prefer",
          "return=representation, odata.include-annotations=\"OData.Community.Display.V1.*\""}}
    );
    const auto& out = *message_if<Create>(result);
    CHECK(out.representation.wanted);
    CHECK(out.representation.selection.annotations);
    CHECK(result.context.select == "msdyn_name");
    CHECK(result.context.annotations.formatted_value);
    CHECK_FALSE(result.context.annotations.lookup_logical_name);
    CHECK(
        result.context.preference_applied ==
        "return=representation, odata.include-annotations=\"OData.Community.Display.V1.*\""
    );
}

TEST_CASE("one property is set and cleared on an existing row only", "[odata]") {
    const auto put =
        message<Upsert>(parsed("PUT", row_url + "/msdyn_name", R"j({"value":"new"})j"));
    CHECK(put.preconditions.must_exist);
    CHECK(std::get<std::string>(put.input.cells.at(0).value) == "new");
    const auto cleared = message<Upsert>(parsed("DELETE", row_url + "/msdyn_useraccesstoken"));
    CHECK(std::holds_alternative<std::monostate>(cleared.input.cells.at(0).value));
    CHECK(
        refused("PUT", row_url + "/createdon", R"j({"value":"2020-01-01"})j") ==
        Errc::protected_column
    );
    CHECK(
        refused("PUT", row_url + "/importsequencenumber", R"j({"value":1})j") ==
        Errc::protected_column
    );
    CHECK(refused("PUT", row_url + "/msdyn_name", R"j({"val":"new"})j") == Errc::bad_payload);
    CHECK(
        refused("PUT", row_url + "/_ownerid_value", R"j({"value":null})j") ==
        Errc::method_not_allowed
    );
    CHECK(refused("DELETE", row_url + "/statecode") == Errc::required_null);
    CHECK(
        refused("PUT", row_url + "/msdyn_octwitterhandleid", R"j({"value":null})j") ==
        Errc::method_not_allowed
    );
}

TEST_CASE("wrong methods are told which are right", "[odata]") {
    const auto result = parsed("DELETE", secrets);
    CHECK(rejection(result).code == Errc::method_not_allowed);
    CHECK(result.context.allow == "GET, POST");
    CHECK(refused("PUT", row_url, "{}") == Errc::method_not_allowed);
    CHECK(refused("POST", row_url, "{}") == Errc::method_not_allowed);
    CHECK(refused("HEAD", row_url) == Errc::method_not_allowed);
    CHECK(refused("TRACE", "/api/data/v9.2/WhoAmI") == Errc::method_not_allowed);
    CHECK(refused("GET", "/api/data/v9.2/rky_CreateCredential") == Errc::method_not_allowed);
    CHECK(refused("POST", "/api/data/v9.2/rky_credentials", "{}") == Errc::method_not_allowed);
    CHECK(
        refused("DELETE", "/api/data/v9.2/privileges(" + id_text + ")") == Errc::method_not_allowed
    );
}

TEST_CASE("a rejected request keeps the table that its URL named", "[odata]") {
    const auto result = parsed("POST", secrets, "{");
    CHECK(message_if<messages::Rejected>(result)->table->name == "msdyn_octwitterhandlesecret");
    CHECK(message_if<messages::Rejected>(parsed("GET", "/x"))->table == nullptr);
}

}  // namespace parse_body_test
