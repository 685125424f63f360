// The URL of a part of a $batch: what clients leave unescaped there, and what is refused all the same.
#include "odata/batch/batch.hpp"
#include "odata/read_batch.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace url_of_part_test {

using namespace rookery;
using namespace rookery::odata;

namespace {

PartRequest part_of(std::string_view line, const ContentIds* ids = nullptr) {
    const auto body =
        "--b\r\nContent-Type: application/http\r\n\r\n" + std::string{line} + "\r\n\r\n--b--\r\n";
    const auto batch = request(
        "POST", "/api/data/v9.2/$batch", body, {{"Content-Type", "multipart/mixed; boundary=b"}}
    );
    const auto cut = batch::cut(batch);
    if (!cut) throw std::runtime_error(cut.error().message);
    return request_of(cut->items[0].parts[0], batch, "v9.1", ids);
}

}  // namespace

TEST_CASE(
    "blanks and characters beyond ASCII in a part's URL are as if they were escaped, once",
    "[odata][batch]"
) {
    const auto target = [](std::string_view url) {
        return part_of("GET " + std::string{url} + " HTTP/1.1").request.target;
    };
    CHECK(
        target("msdyn_octwitterhandles?$select=msdyn_name&$filter=msdyn_name eq 'Grüße'") ==
        "/api/data/v9.1/msdyn_octwitterhandles?$select=msdyn_name&$filter=msdyn_name%20eq%20'Gr%C3%"
        "BC%C3%9Fe'"
    );
    CHECK(
        target("x?$filter=a  eq 'b HTTP/1.1'") ==
        "/api/data/v9.1/x?$filter=a%20%20eq%20'b%20HTTP/1.1'"
    );
    CHECK(
        target("x?$filter=a%20eq '%C3%BC+%2520'") ==
        "/api/data/v9.1/x?$filter=a%20eq%20'%C3%BC+%2520'"
    );
    CHECK(
        target("https://vault.example.com/api/data/v9.2/x?a=b c") ==
        "https://vault.example.com/api/data/v9.2/x?a=b%20c"
    );
    // Without a version too: what is behind the last blank is the URL's then.
    CHECK(part_of("GET x?a=b c").request.target == "/api/data/v9.1/x?a=b%20c");

    const auto asked = [](std::string_view url) {
        const auto part = part_of("GET " + std::string{url} + " HTTP/1.1");
        return parse_part(part.request, test_root, anyone, {}, nullptr);
    };
    const auto list = message<messages::RetrieveMultiple>(
        asked("msdyn_octwitterhandles?$select=msdyn_name&$filter=msdyn_name eq 'Grüße'")
    );
    CHECK(
        std::get<std::string>(
            std::get<storage::Value>(std::get<messages::Compare>(list.filter->node).operand)
        ) == "Grüße"
    );
    CHECK(is_message<messages::Retrieve>(
        asked("msdyn_octwitterhandles(msdyn_octwitteruniquehandleid='a ü')")
    ));
    ContentIds ids;
    ids.set("1", "msdyn_octwitterhandles(" + id_text + ")");
    CHECK(
        part_of("PATCH $1?$select=a, b HTTP/1.1", &ids).request.target ==
        "/api/data/v9.1/msdyn_octwitterhandles(" + id_text + ")?$select=a,%20b"
    );
    CHECK(
        rejection(asked("https://väult.example.com/api/data/v9.2/WhoAmI")).code == Errc::malformed
    );
    CHECK(
        rejection(asked("https://vault.example.com /api/data/v9.2/WhoAmI")).code == Errc::malformed
    );
    // A blank hides nothing: the path is the same as with its escape.
    CHECK(rejection(asked("msdyn_octwitterhandles /x")).code == Errc::unknown_segment);
    CHECK(rejection(asked("/api/data/v9.2/.. /x")).code == Errc::unknown_segment);
}

TEST_CASE(
    "what else must be escaped is refused in a part's URL, and outside of a batch all of it",
    "[odata][batch]"
) {
    const auto in_part = [](std::string_view url) {
        const auto part = part_of("GET " + std::string{url} + " HTTP/1.1");
        if (part.refusal) return part.refusal->code;
        return rejection(parse_part(part.request, test_root, anyone, {}, nullptr)).code;
    };
    const std::string filter = "msdyn_octwitterhandles?$filter=msdyn_name eq ";
    CHECK(in_part(filter + "'a b'") == Errc::count_);
    for (const std::string_view text :
         {"'a\tb'",
          "'a\x01'",
          "'a\x7F'",
          "'a#b'",
          "'\xFF'",
          "'\xC3'",
          "'\xC0\xAF'",
          "'\xED\xA0\x80'",
          "'%zz'",
          "'%'"}) {
        CAPTURE(text);
        CHECK(in_part(filter + std::string{text}) == Errc::malformed);
    }
    CHECK(
        in_part("msdyn_octwitterhandles?$filter=msdyn_name eq '" + std::string(1, '\0') + "'") ==
        Errc::malformed
    );
    for (const auto* const text : {"msdyn_name eq 'a'", "msdyn_name%20eq%20'ü'"}) {
        CAPTURE(text);
        const auto url = "/api/data/v9.2/msdyn_octwitterhandles?$filter=" + std::string{text};
        CHECK(refused("GET", url) == Errc::malformed);
    }
}

TEST_CASE("the URL of a part is bounded as it is escaped", "[odata][batch]") {
    const auto longest = [](std::string_view tag) {
        std::string url = "WhoAmI?tag=" + std::string{tag};
        url += std::string(batch::target_bytes_max - url.size(), 'x');
        return url;
    };
    CHECK_FALSE(part_of("GET " + longest("") + " HTTP/1.1").refusal);
    REQUIRE(part_of("GET " + longest("a b") + " HTTP/1.1").refusal);
    CHECK(part_of("GET " + longest("a b") + " HTTP/1.1").refusal->code == Errc::malformed);
    auto fits = longest("a b");
    fits.resize(fits.size() - 2);
    CHECK_FALSE(part_of("GET " + fits + " HTTP/1.1").refusal);
}

}  // namespace url_of_part_test
