#include "odata/request/impersonation.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace request_headers_test {

using namespace rookery;
using namespace rookery::odata;

TEST_CASE("headers that would change rights are refused by name", "[odata]") {
    for (const char* name :
         {"MSCRM.BypassCustomPluginExecution",
          "mscrm.bypassbusinesslogicexecution",
          "MSCRM.BypassBusinessLogicExecutionStepIds",
          "MSCRM.BypassAnything"}) {
        CHECK(refused("GET", secrets, {}, {{name, "true"}}) == Errc::access_denied);
        CHECK(refused("GET", secrets, {}, {{name, "false"}}) == Errc::count_);
    }
    CHECK(refused("POST", secrets, "{}", {{"X-HTTP-Method", "DELETE"}}) == Errc::unsupported);
}

TEST_CASE(
    "changes are tracked of the rows of a table alone, with no options but columns", "[odata]"
) {
    const std::vector<http::Header> track = {
        {"Prefer", "odata.track-changes, odata.maxpagesize=2"}};
    const auto asked = parsed("GET", secrets + "?$select=msdyn_name", {}, track);
    const auto* list = message_if<messages::RetrieveMultiple>(asked);
    REQUIRE(list != nullptr);
    CHECK(list->track_changes);
    CHECK(list->page_size == 2);
    CHECK(asked.context.preference_applied == "odata.track-changes, odata.maxpagesize=2");
    CHECK_FALSE(message_if<messages::RetrieveMultiple>(parsed("GET", secrets))->track_changes);
    for (const auto* option :
         {"$filter=statecode%20eq%200",
          "$orderby=msdyn_name",
          "$top=1",
          "$count=true",
          "$expand=ownerid($select=ownerid)",
          "UnMaskedData=true"}) {
        CAPTURE(option);
        const auto with = secrets + "?$select=msdyn_name&" + option;
        CHECK(refused("GET", with, {}, track) == Errc::malformed);
        CHECK(refused("GET", with + "&$deltatoken=a") == Errc::malformed);
    }
    const auto row = secrets + "(" + id_text + ")";
    for (const auto& path :
         {row,
          row + "/ownerid",
          secrets + "/$count",
          secrets + "?fetchXml=%3Cfetch/%3E",
          std::string{"/api/data/v9.2/WhoAmI"},
          std::string{"/api/data/v9.2/roles"}}) {
        CAPTURE(path);
        CHECK(refused("GET", path, {}, track) == Errc::unsupported);
    }
    CHECK(refused("POST", secrets, "{}", track) == Errc::unsupported);
}

TEST_CASE("a delta link asks for changes, and a count for their number", "[odata]") {
    const auto asked = parsed("GET", secrets + "?$select=msdyn_name&$deltatoken=abc");
    const auto* changes = message_if<messages::RetrieveChanges>(asked);
    REQUIRE(changes != nullptr);
    CHECK(changes->delta_token == "abc");
    CHECK_FALSE(changes->count_only);
    CHECK_FALSE(changes->selection.columns.empty());
    const auto list =
        parsed("GET", secrets + "?$select=msdyn_name", {}, {{"Prefer", "odata.track-changes"}});
    CHECK(changes->query_digest == message_if<messages::RetrieveMultiple>(list)->query_digest);
    const auto slash = parsed("GET", secrets + "?$deltatoken=abc/");
    CHECK(message_if<messages::RetrieveChanges>(slash)->delta_token == "abc");
    const auto counted = parsed("GET", secrets + "/$count?$deltatoken=abc");
    REQUIRE(message_if<messages::RetrieveChanges>(counted) != nullptr);
    CHECK(message_if<messages::RetrieveChanges>(counted)->count_only);
    CHECK(refused("GET", secrets + "/$count?$select=msdyn_name&$deltatoken=a") == Errc::malformed);
    CHECK(refused("GET", secrets + "?$deltatoken=a&$skiptoken=b") == Errc::malformed);
    CHECK(refused("GET", "/api/data/v9.2/roles?$deltatoken=a") == Errc::unsupported);
    CHECK(refused("POST", secrets + "?$deltatoken=a", "{}") == Errc::malformed);
    CHECK(refused("GET", secrets + "(" + id_text + ")?$deltatoken=a") == Errc::malformed);
}

TEST_CASE("on whose behalf a request is, two headers say", "[odata]") {
    const auto read = [](std::vector<http::Header> headers) {
        return read_impersonation(request("GET", secrets, {}, std::move(headers)));
    };
    const auto id = *Uuid::parse(id_text);
    const auto none = read({});
    CHECK_FALSE(none.user);
    CHECK_FALSE(none.entra_object);
    CHECK_FALSE(none.unreadable);
    CHECK(read({{"mscrmcallerid", std::string{id_text}}}).user == id);
    CHECK(read({{"CallerObjectId", " " + std::string{id_text} + "\t"}}).entra_object == id);
    const auto both =
        read({{"MSCRMCallerID", std::string{id_text}}, {"CallerObjectId", std::string{id_text}}});
    CHECK(both.user == id);
    CHECK(both.entra_object == id);
    CHECK_FALSE(both.unreadable);
    for (const char* value : {"", "x", "ada@example.com", "11111111-1111-4111-8111-11111111111"}) {
        CAPTURE(value);
        for (const char* name : {"MSCRMCallerID", "CallerObjectId"}) {
            const auto asked = read({{name, value}});
            REQUIRE(asked.unreadable);
            CHECK(asked.unreadable->code == Errc::malformed);
            CHECK(
                asked.unreadable->message.find("'" + std::string{name} + "'") != std::string::npos
            );
        }
    }
    const std::string twice{id_text};
    CHECK(read({{"CallerObjectId", twice}, {"callerobjectid", twice}}).unreadable);
}

TEST_CASE(
    "duplicates are refused where the header says so, and no word passes for another", "[odata]"
) {
    const auto asked = [](const char* value) {
        return message<messages::Create>(
                   parsed("POST", secrets, "{}", {{"MSCRM.SuppressDuplicateDetection", value}})
        ).duplicates;
    };
    CHECK(asked("true") == messages::Duplicates::allowed);
    CHECK(asked(" TRUE ") == messages::Duplicates::allowed);
    CHECK(asked("false") == messages::Duplicates::refused);
    CHECK(asked("False") == messages::Duplicates::refused);
    CHECK(
        message<messages::Create>(parsed("POST", secrets, "{}")).duplicates ==
        messages::Duplicates::allowed
    );
    for (const char* value : {"", "no", "0", "false, false"}) {
        CAPTURE(value);
        CHECK(
            refused("POST", secrets, "{}", {{"MSCRM.SuppressDuplicateDetection", value}}) ==
            Errc::malformed
        );
    }
    CHECK(
        refused(
            "POST",
            secrets,
            "{}",
            {{"MSCRM.SuppressDuplicateDetection", "false"},
             {"MSCRM.SuppressDuplicateDetection", "true"}}
        ) == Errc::malformed
    );
}

TEST_CASE("a preference that is not known is ignored", "[odata]") {
    for (const char* value :
         {"return", "return=full", "return=everything", "handling=strict", "wait=5"}) {
        INFO(value);
        const auto result = parsed("POST", secrets, "{}", {{"Prefer", value}});
        REQUIRE(message_if<messages::Create>(result) != nullptr);
        CHECK_FALSE(message_if<messages::Create>(result)->representation.wanted);
        CHECK(result.context.preference_applied.empty());
    }
}

TEST_CASE("of the annotations that are named, the closest name decides", "[odata]") {
    const auto annotations = [](const std::string& value) {
        return parsed(
                   "GET", secrets, {}, {{"Prefer", "odata.include-annotations=\"" + value + "\""}}
        ).context.annotations;
    };
    const std::string formatted = "OData.Community.Display.V1.FormattedValue";
    const std::string lookup = "Microsoft.Dynamics.CRM.lookuplogicalname";
    const auto shows = [&](const std::string& value, bool value_of, bool table_of) {
        CAPTURE(value);
        CHECK(annotations(value).formatted_value == value_of);
        CHECK(annotations(value).lookup_logical_name == table_of);
    };
    shows("*", true, true);
    shows("*,-Microsoft.Dynamics.CRM.*", true, false);
    shows("-Microsoft.Dynamics.CRM.*, *", true, false);
    shows("-*," + formatted, true, false);
    shows(formatted + ",-*", true, false);
    shows("*,-Microsoft.Dynamics.CRM.*," + lookup, true, true);
    shows("*,-" + lookup, true, false);
    shows("Microsoft.Dynamics.CRM.*,-" + formatted, false, true);
    shows("-*", false, false);
    shows("-" + formatted, false, false);
    shows("", false, false);
    // The same name both ways: what leaves out.
    shows("*,-*", false, false);
    shows("-" + lookup + "," + lookup + ",*", true, false);
    CHECK(annotations("*,-" + lookup).navigation_property);
}

TEST_CASE("another OData version is refused", "[odata]") {
    CHECK(
        refused("GET", secrets, {}, {{"OData-Version", "4.0"}, {"OData-MaxVersion", "4.0"}}) ==
        Errc::count_
    );
    // Behind the semicolon stands what the client says of itself.
    for (const char* remark : {"4.0;NetFx", "4.0; NetFx", "4.0 ;", "4.0;3.0"}) {
        CAPTURE(remark);
        CHECK(
            refused(
                "GET", secrets, {}, {{"OData-Version", remark}, {"OData-MaxVersion", remark}}
            ) == Errc::count_
        );
    }
    for (const char* wrong : {"4.01;NetFx", "3.0;NetFx", ";4.0", "4.0,NetFx", "4.0NetFx", ""}) {
        CAPTURE(wrong);
        CHECK(refused("GET", secrets, {}, {{"OData-Version", wrong}}) == Errc::malformed);
    }
    CHECK(refused("GET", secrets, {}, {{"OData-MaxVersion", "3.0;NetFx"}}) == Errc::malformed);
    CHECK(refused("GET", secrets, {}, {{"OData-MaxVersion", "4.01;NetFx"}}) == Errc::count_);
    CHECK(refused("GET", secrets, {}, {{"OData-Version", "4.01"}}) == Errc::malformed);
    CHECK(refused("GET", secrets, {}, {{"OData-MaxVersion", "3.0"}}) == Errc::malformed);
    CHECK(
        refused("GET", secrets, {}, {{"OData-Version", "4.0"}, {"OData-Version", "4.0"}}) ==
        Errc::malformed
    );
}

TEST_CASE("a body needs its content type", "[odata]") {
    for (const char* good :
         {"application/json",
          "Application/JSON; charset=UTF-8",
          "application/json;type=entry",
          "application/json; odata.metadata=minimal; charset=\"utf-8\""}) {
        INFO(good);
        CHECK(refused("POST", secrets, "{}", {{"Content-Type", good}}) == Errc::count_);
    }
    for (const char* wrong :
         {"text/plain",
          "application/xml",
          "application/json; charset=utf-16",
          "application/jsonx",
          ""}) {
        INFO(wrong);
        CHECK(
            refused("POST", secrets, "{}", {{"Content-Type", wrong}}) == Errc::wrong_content_type
        );
    }
    CHECK(
        refused(
            "POST",
            secrets,
            "{}",
            {{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}
        ) == Errc::wrong_content_type
    );
    CHECK(refused("POST", secrets) == Errc::wrong_content_type);
}

}  // namespace request_headers_test
