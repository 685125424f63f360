#include "odata/request/percent_decode.hpp"
#include "odata/request/resource_path.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace path_test {

using namespace rookery;
using namespace rookery::odata;

TEST_CASE("a URL is decoded exactly once", "[odata]") {
    CHECK(percent_decode("a%2520b", Plus::literal).value() == "a%20b");
    CHECK(percent_decode("a+b", Plus::literal).value() == "a+b");
    CHECK(percent_decode("a+b%2B", Plus::space).value() == "a b+");
    CHECK(percent_decode("%C3%A9", Plus::literal).value() == "\xC3\xA9");
}

TEST_CASE("a bad escape, a NUL and bytes that are not UTF-8 are refused", "[odata]") {
    for (const char* text : {"%", "%4", "%zz", "a%", "%00", "%C3", "%FF", "%ED%A0%80", "%C0%AF"}) {
        INFO(text);
        CHECK_FALSE(percent_decode(text, Plus::literal));
    }
    CHECK_FALSE(percent_decode(std::string_view{"\xFF", 1}, Plus::literal));
}

TEST_CASE("a path that two readers could understand differently is malformed", "[odata]") {
    const auto path = GENERATE(
        as<std::string>{},
        "/api/data/v9.2/./msdyn_octwitterhandlesecrets",
        "/api/data/v9.2/../v9.2/msdyn_octwitterhandlesecrets",
        "/api/data/v9.2/%2e%2e/x",
        "/api/data/v9.2/%2E/x",
        "/api/data/v9.2//msdyn_octwitterhandlesecrets",
        "/api//data/v9.2/msdyn_octwitterhandlesecrets",
        "/api/data/v9.2/msdyn_octwitterhandlesecrets/",
        "/api/data/v9.2/a%2fb",
        "/api/data/v9.2/a%2Fb",
        "/api/data/v9.2/a%5cb",
        "/api/data/v9.2/a\\b",
        "/api/data/v9.2/a%00",
        "/api/data/v9.2/a%0d%0ab",
        "/api/data/v9.2/%zz",
        "/api/data/v9.2/%ff",
        "api/data/v9.2",
        "",
        "/../api/data/v9.2/msdyn_octwitterhandlesecrets",
        "/api/data/v9.2/a#b",
        "/api/data/v9.2/a b"
    );
    INFO(path);
    CHECK(refused("GET", path) == Errc::malformed);
}

TEST_CASE("in a key a slash is text when it is escaped", "[odata]") {
    const auto key_of = [](const std::string& literal) {
        const auto out = parsed("GET", secrets + "(msdyn_octwitteruniquehandleid=" + literal + ")");
        const auto& target = std::get<messages::Retrieve>(out.message).target;
        return std::get<std::string>(std::get<messages::KeyValues>(target.by).values.front());
    };
    CHECK(key_of("'a%2Fb'") == "a/b");
    CHECK(key_of("%27a%5cb%27") == "a\\b");
    CHECK(key_of("'%2e%2e%2f%2E%2E'") == "../..");
    CHECK(key_of("'a%252Fb'") == "a%2Fb");
    for (const char* path : {
             "(msdyn_octwitteruniquehandleid='a/b')",
             "(msdyn_octwitteruniquehandleid='a%0Ab')",
             "(msdyn_octwitteruniquehandleid=a%2Fb)",
             "%2F(msdyn_octwitteruniquehandleid='a')",
             "(msdyn_octwitteruniquehandleid='a')%2F",
         }) {
        INFO(path);
        CHECK(refused("GET", secrets + path) != Errc::count_);
    }
}

TEST_CASE("an escape of an escape names nothing", "[odata]") {
    CHECK(refused("GET", "/api/data/v9.2/%252e%252e") == Errc::unknown_segment);
    CHECK(refused("GET", secrets + ";x") == Errc::unknown_segment);
}

TEST_CASE("a target longer than 32768 characters is malformed", "[odata]") {
    const auto fits = secrets + "?tag=" + std::string(target_bytes_max - secrets.size() - 5, 'a');
    CHECK(refused("GET", fits) == Errc::count_);
    CHECK(refused("GET", fits + "a") == Errc::malformed);
}

TEST_CASE("versions 9.0 to 9.2 are served and repeated", "[odata]") {
    for (const char* version : {"v9.0", "v9.1", "v9.2"}) {
        const auto out = parsed("GET", "/api/data/" + std::string{version} + "/WhoAmI");
        CHECK(is_message<messages::WhoAmI>(out));
        CHECK(out.context.version == version);
    }
    for (const char* version : {"v8.2", "v9.3", "v9", "V9.2", "v9.2.1", ""}) {
        INFO(version);
        CHECK(refused("GET", "/api/data/" + std::string{version} + "/WhoAmI") != Errc::count_);
    }
}

TEST_CASE("names in a URL are case-sensitive", "[odata]") {
    CHECK(refused("GET", "/api/data/v9.2/MSDYN_octwitterhandlesecrets") == Errc::unknown_segment);
    CHECK(refused("GET", "/API/data/v9.2/WhoAmI") == Errc::unknown_segment);
    CHECK(refused("GET", "/api/data/v9.2/whoami") == Errc::unknown_segment);
    CHECK(refused("GET", secrets + "?$select=MSDYN_name") == Errc::unknown_property);
    CHECK(refused("GET", secrets + "?$Select=msdyn_name") == Errc::malformed);
    CHECK(refused("GET", secrets + "(Msdyn_octwitteruniquehandleid='a')") == Errc::malformed);
}

TEST_CASE("the service document is served with and without a trailing slash", "[odata]") {
    CHECK(is_message<messages::ServiceDocument>(parsed("GET", "/api/data/v9.2")));
    CHECK(is_message<messages::ServiceDocument>(parsed("GET", "/api/data/v9.2/")));
    CHECK(refused("POST", "/api/data/v9.2/") == Errc::method_not_allowed);
    CHECK(refused("GET", "/api/data/v9.2/?$top=1") == Errc::malformed);
}

TEST_CASE("an unknown segment is named in the documented words", "[odata]") {
    const auto error = rejection(parsed("GET", "/api/data/v9.2/nosuchthings"));
    CHECK(error.code == Errc::unknown_segment);
    CHECK(error.message == "Resource not found for the segment 'nosuchthings'.");
    CHECK(refused("GET", secrets + "/nosuch") == Errc::unknown_segment);
    CHECK(refused("GET", secrets + "(" + id_text + ")/nosuch") == Errc::unknown_segment);
}

TEST_CASE("a segment that is no name is not repeated in the message", "[odata]") {
    const auto error = rejection(parsed("GET", "/api/data/v9.2/%1b%5b31m"));
    CHECK(error.code == Errc::malformed);
    CHECK(
        rejection(parsed("GET", "/api/data/v9.2/<b>x</b>")).message.find('<') == std::string::npos
    );
}

}  // namespace path_test
