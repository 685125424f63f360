// How the body of a $batch is cut: every form that clients send, every limit, and what is refused.
#include "odata/batch/batch.hpp"

#include "odata/batch/multipart.hpp"
#include "odata/read_batch.hpp"
#include "request_for_test.hpp"

#include <catch2/catch.hpp>

namespace batch_test {

using namespace rookery;
using namespace rookery::odata;
using batch::Batch;

namespace {

const std::string batch_url = "/api/data/v9.2/$batch";

http::Request batch_request(
    std::string_view body, std::string content_type = "multipart/mixed; boundary=b",
    std::vector<http::Header> headers = {}
) {
    headers.push_back({"Content-Type", std::move(content_type)});
    return request("POST", batch_url, body, std::move(headers));
}

/// With its request, which it points into.
struct Cut {
    explicit Cut(
        std::string_view body, std::string content_type = "multipart/mixed; boundary=b",
        std::vector<http::Header> headers = {}
    )
        : request(batch_request(body, std::move(content_type), std::move(headers))),
          result(batch::cut(request)) {}

    [[nodiscard]] const Batch& operator*() const {
        if (!result) throw std::runtime_error(result.error().message);
        return *result;
    }

    [[nodiscard]] Errc code() const { return result ? Errc::count_ : result.error().code; }

    http::Request request;
    Result<Batch> result;
};

std::string operation(
    std::string_view inner, std::string_view around = {}, std::string_view delimiter = "--b"
) {
    return std::string{delimiter} + "\r\nContent-Type: application/http\r\n" + std::string{around} +
           "\r\n" + std::string{inner} + "\r\n";
}

std::string one(std::string_view inner, std::string_view around = {}) {
    return operation(inner, around) + "--b--\r\n";
}

std::string change_set(std::string_view operations) {
    return "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" + std::string{operations} +
           "--c--\r\n";
}

const std::string get_line = "GET /api/data/v9.2/WhoAmI HTTP/1.1\r\n";
const std::string post_line = "POST /api/data/v9.2/msdyn_octwitterhandles HTTP/1.1\r\n";

}  // namespace

TEST_CASE("a batch is cut into its operations and change sets, in order", "[odata][batch]") {
    const Cut cut(
        operation(
            get_line + "Accept: application/json\r\n\r\n", "Content-Transfer-Encoding: binary\r\n"
        ) +
        change_set(
            operation(
                post_line + "Content-Type: application/json;type=entry\r\n\r\n{\"a\":1}",
                "Content-ID: 1\r\n",
                "--c"
            ) +
            operation(post_line + "\r\n{\"b\":\r\n2}\r\n", "Content-ID:2\r\n", "--c")
        ) +
        operation(get_line + "\r\n") + "--b--"
    );
    const auto& items = (*cut).items;
    REQUIRE(items.size() == 3);
    CHECK_FALSE(items[0].change_set);
    CHECK(items[0].parts[0].method == "GET");
    CHECK(items[0].parts[0].target == "/api/data/v9.2/WhoAmI");
    REQUIRE(items[0].parts[0].headers.find("accept") != nullptr);
    CHECK(*items[0].parts[0].headers.find("accept") == "application/json");
    CHECK(items[0].parts[0].body.empty());
    CHECK(items[1].change_set);
    REQUIRE(items[1].parts.size() == 2);
    CHECK(items[1].parts[0].content_id == "1");
    CHECK(items[1].parts[0].body == "{\"a\":1}");
    CHECK(items[1].parts[1].content_id == "2");
    CHECK(items[1].parts[1].body == "{\"b\":\r\n2}");
    CHECK_FALSE((*cut).continue_on_error);
}

TEST_CASE("every form of a batch that clients send is understood", "[odata][batch]") {
    const std::string plain =
        operation(get_line + "\r\n") + operation(get_line + "\r\n") + "--b--\r\n";
    const auto without_cr = [](std::string text) {
        std::erase(text, '\r');
        return text;
    };
    const auto size = [](const Cut& cut) { return (*cut).items.size(); };
    SECTION("LF alone as line end") { CHECK(size(Cut(without_cr(plain))) == 2); }
    SECTION("a leading empty line") { CHECK(size(Cut("\r\n" + plain)) == 2); }
    SECTION("a text before the first boundary") { CHECK(size(Cut("this is\r\n" + plain)) == 2); }
    SECTION("no line end after the last boundary") {
        CHECK(size(Cut(plain.substr(0, plain.size() - 2))) == 2);
    }
    SECTION("something after the last boundary") { CHECK(size(Cut(plain + "\r\n--b\r\nx")) == 2); }
    SECTION("blanks after a boundary") {
        CHECK(
            size(Cut("--b \t\r\nContent-Type: application/http\r\n\r\nGET x\r\n--b-- \r\n")) == 1
        );
    }
    SECTION("the boundary in quotes, the media type in any case, and other parameters") {
        CHECK(size(Cut(plain, "multipart/mixed;boundary=\"b\"")) == 2);
        CHECK(size(Cut(plain, "Multipart/Mixed; charset=utf-8; Boundary=b ; x=y")) == 2);
    }
    SECTION("a request line without its version") {
        const Cut cut(one("GET WhoAmI\r\nAccept: application/json\r\n"));
        CHECK((*cut).items[0].parts[0].target == "WhoAmI");
        CHECK((*cut).items[0].parts[0].headers.find("Accept") != nullptr);
    }
    SECTION("an empty line before the request line") {
        CHECK((*Cut(one("\r\n" + get_line))).items[0].parts[0].method == "GET");
    }
    SECTION("nothing after the request line") {
        CHECK((*Cut(one("GET WhoAmI HTTP/1.1"))).items[0].parts[0].method == "GET");
    }
    SECTION("a Content-ID outside change sets, and among the operation's own headers") {
        CHECK((*Cut(one(get_line, "Content-ID: 7\r\n"))).items[0].parts[0].content_id == "7");
        CHECK((*Cut(one(get_line + "Content-ID: 7\r\n"))).items[0].parts[0].content_id == "7");
        CHECK(
            (*Cut(one(get_line + "Content-ID: 7\r\n", "Content-ID:7\r\n")))
                .items[0]
                .parts[0]
                .content_id == "7"
        );
    }
    SECTION("a change set without Content-IDs, and several change sets") {
        const auto set = change_set(operation(post_line + "\r\n{}", {}, "--c"));
        const Cut cut(set + set + "--b--\r\n");
        CHECK(size(cut) == 2);
        CHECK((*cut).items[1].parts[0].content_id.empty());
    }
    SECTION("a boundary that begins like another one's") {
        const Cut cut(
            "--b\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n" +
            operation(post_line + "\r\n{}", {}, "--b1") + "--b1--\r\n--b--\r\n"
        );
        CHECK((*cut).items[0].parts[0].body == "{}");
    }
    SECTION("no Content-Type of its own, and a Content-Length") {
        const Cut cut(one(post_line + "Accept: application/json\r\nContent-Length: 2\r\n\r\n{}"));
        CHECK((*cut).items[0].parts[0].body == "{}");
    }
    SECTION("the preference to go on") {
        const auto goes_on = [&](std::string value) {
            return (*Cut(plain, "multipart/mixed; boundary=b", {{"Prefer", std::move(value)}})
            ).continue_on_error;
        };
        CHECK(goes_on("odata.continue-on-error"));
        CHECK(goes_on("return=minimal, odata.continue-on-error=true"));
        CHECK(goes_on("Continue-On-Error"));
        CHECK_FALSE(goes_on("odata.continue-on-error=false"));
        CHECK_FALSE(goes_on("respond-async"));
    }
}

TEST_CASE("what is no batch is refused", "[odata][batch]") {
    const auto refused = [](std::string_view body, std::string type = "multipart/mixed; boundary=b"
                         ) { return Cut(body, std::move(type)).code(); };
    CHECK(refused(one(get_line)) == Errc::count_);
    CHECK(refused(one(get_line), "application/json") == Errc::wrong_content_type);
    CHECK(refused(one(get_line), "multipart/form-data; boundary=b") == Errc::wrong_content_type);
    CHECK(
        Cut(one(get_line), "multipart/mixed; boundary=b", {{"Content-Encoding", "gzip"}}).code() ==
        Errc::wrong_content_type
    );
    const std::pair<std::string_view, std::string> bodies[] = {
        {"nothing", ""},
        {"another boundary", "--x\r\n"},
        {"no part", "--b--\r\n"},
        {"no end", operation(get_line)},
        {"an end that is cut off", operation(get_line) + "--b-"},
        {"a boundary inside a line", "x--b\r\n" + std::string("--b--")},
        {"no Content-Type", "--b\r\n\r\n" + get_line + "\r\n--b--"},
        {"another Content-Type",
         "--b\r\nContent-Type: text/plain\r\n\r\n" + get_line + "\r\n--b--"},
        {"an encoding", one(get_line, "Content-Transfer-Encoding: base64\r\n")},
        {"two encodings",
         one(get_line, "Content-Transfer-Encoding: binary\r\nContent-transfer-encoding: 8bit\r\n")},
        {"two media types", one(get_line, "Content-Type: application/http\r\n")},
        {"a header without its colon", one(get_line, "Content-ID\r\n")},
        {"a header that goes on", one(get_line + "Accept: a\r\n b\r\n")},
        {"a control character", one(get_line + "Accept: a\x01\r\n")},
        {"a bare CR", one(get_line + "Accept: a\rContent-ID: 1\r\n")},
        {"no request line", one("")},
        {"one word", one("GET\r\n")},
        {"no URL", one("GET HTTP/1.1\r\n")},
        {"no method", one(" /x HTTP/1.1\r\n")},
        {"a method in lower case", one("get /x HTTP/1.1\r\n")},
        {"another version", one("GET /x HTTP/2\r\n")},
        {"a credential", one(get_line + "authorization: Bearer x\r\n")},
        {"chunks", one(post_line + "Transfer-Encoding: chunked\r\n\r\n0\r\n")},
        {"two Content-IDs", one(get_line + "Content-ID: 1\r\n", "Content-ID: 2\r\n")},
        {"a Content-ID that is no word", one(get_line, "Content-ID: a b\r\n")},
        {"a GET in a change set", change_set(operation(get_line, {}, "--c")) + "--b--"},
        {"a change set in a change set",
         change_set(
             "--c\r\nContent-Type: multipart/mixed; boundary=d\r\n\r\n" +
             operation(post_line + "\r\n{}", {}, "--d") + "--d--\r\n"
         ) + "--b--"},
        {"an empty change set", change_set("") + "--b--"},
        {"a change set that does not end",
         "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n" +
             operation(post_line + "\r\n{}", {}, "--c") + "--b--"},
        {"a change set without a boundary",
         "--b\r\nContent-Type: multipart/mixed\r\n\r\n" +
             operation(post_line + "\r\n{}", {}, "--c") + "--c--\r\n--b--"},
        {"one Content-ID twice in a change set",
         change_set(
             operation(post_line + "\r\n{}", "Content-ID: 1\r\n", "--c") +
             operation(post_line + "\r\n{}", "Content-ID: 1\r\n", "--c")
         ) + "--b--"},
    };
    for (const auto& [name, body] : bodies) {
        CAPTURE(name);
        CHECK(refused(body) == Errc::malformed);
    }
}

TEST_CASE("a boundary has 1 to 70 characters of those that RFC 2046 allows", "[odata][batch]") {
    const auto boundary = [](std::string_view text) {
        return batch::boundary_of("multipart/mixed; boundary=" + std::string{text}).has_value();
    };
    CHECK(boundary(std::string(70, 'x')));
    CHECK_FALSE(boundary(std::string(71, 'x')));
    CHECK_FALSE(boundary(""));
    CHECK_FALSE(boundary("\"\""));
    CHECK_FALSE(boundary("\"a"));
    CHECK_FALSE(boundary("\"a \""));
    CHECK_FALSE(boundary("a\\b"));
    CHECK_FALSE(boundary("a*b"));
    CHECK(boundary("\"a b\""));
    CHECK_FALSE(batch::boundary_of("multipart/mixed").has_value());
}

TEST_CASE(
    "a batch has at most 1,000 operations, those of its change sets included", "[odata][batch]"
) {
    const auto parts = [](std::size_t count, std::string_view delimiter) {
        std::string out;
        const auto part = operation(post_line + "\r\n{}", {}, delimiter);
        for (std::size_t i = 0; i < count; ++i) out += part;
        return out;
    };
    CHECK(Cut(parts(1000, "--b") + "--b--").code() == Errc::count_);
    CHECK(Cut(parts(1001, "--b") + "--b--").code() == Errc::malformed);
    CHECK(Cut(change_set(parts(1000, "--c")) + "--b--").code() == Errc::count_);
    CHECK(Cut(change_set(parts(1001, "--c")) + "--b--").code() == Errc::malformed);
    const auto both = [&](std::size_t in_set) {
        return Cut(parts(600, "--b") + change_set(parts(in_set, "--c")) + "--b--").code();
    };
    CHECK(both(400) == Errc::count_);
    CHECK(both(401) == Errc::malformed);
    CHECK(
        Cut(change_set(parts(1000, "--c")) + parts(1, "--b") + "--b--").code() == Errc::malformed
    );
    CHECK(
        Cut(change_set(parts(1000, "--c")) + change_set(parts(1, "--c")) + "--b--").code() ==
        Errc::malformed
    );
}

TEST_CASE("the URL, the headers and the Content-ID of a part are bounded", "[odata][batch]") {
    const auto refused = [](std::string_view inner) { return Cut(one(inner)).code(); };
    const auto line = [](std::size_t url) {
        return "GET " + std::string(url, 'x') + " HTTP/1.1\r\n";
    };
    CHECK(refused(line(65536)) == Errc::count_);
    CHECK(refused(line(65537)) == Errc::malformed);
    const auto headers = [&](std::size_t count) {
        std::string out = get_line;
        for (std::size_t i = 0; i < count; ++i) out += "A: b\r\n";
        return out;
    };
    CHECK(refused(headers(100)) == Errc::count_);
    CHECK(refused(headers(101)) == Errc::malformed);
    const auto bytes = [&](std::size_t count) {
        return get_line + "A: " + std::string(count - 3, 'b') + "\r\n";
    };
    CHECK(refused(bytes(16384)) == Errc::count_);
    CHECK(refused(bytes(16385)) == Errc::malformed);
    const auto id = [&](std::size_t count) {
        return get_line + "Content-ID: " + std::string(count, '1') + "\r\n";
    };
    CHECK(refused(id(64)) == Errc::count_);
    CHECK(refused(id(65)) == Errc::malformed);
    CHECK(refused(std::string(32, 'G') + " x\r\n") == Errc::count_);
    CHECK(refused(std::string(33, 'G') + " x\r\n") == Errc::malformed);
}

TEST_CASE("no error about a batch repeats what was sent", "[odata][batch]") {
    for (const auto& body :
         {one("sesame /x HTTP/1.1"),
          one(get_line, "sesame\r\n"),
          one(get_line, "Content-ID: sesame seed\r\n")}) {
        const Cut cut(body);
        REQUIRE_FALSE(cut.result);
        CHECK(cut.result.error().message.find("sesame") == std::string::npos);
    }
}

TEST_CASE("only a POST to $batch is one", "[odata][batch]") {
    CHECK(is_batch(request("POST", batch_url)));
    CHECK(is_batch(request("POST", "/api/data/v9.0/%24batch?tag=x")));
    CHECK(is_batch(request("POST", "https://vault.example.com/api/data/v9.2/$batch")));
    CHECK_FALSE(is_batch(request("GET", batch_url)));
    CHECK_FALSE(is_batch(request("POST", "/api/data/v8.0/$batch")));
    CHECK_FALSE(is_batch(request("POST", "/$batch")));
    CHECK_FALSE(is_batch(request("POST", batch_url + "/x")));
    CHECK_FALSE(is_batch(request("POST", "/api/data/v9.2/batch")));
    CHECK(refused("GET", batch_url) == Errc::method_not_allowed);
    CHECK(refused("POST", batch_url, "x") == Errc::malformed);
}

TEST_CASE("a batch is refused by its own headers and options as any request is", "[odata][batch]") {
    const auto code = [](const http::Request& asked) {
        RenderContext context;
        context.origin = {test_root, asked};
        const auto read = read_batch(asked, context);
        return read ? Errc::count_ : read.error().code;
    };
    const auto body = one(get_line);
    const std::string type = "multipart/mixed; boundary=b";
    CHECK(code(batch_request(body)) == Errc::count_);
    CHECK(code(batch_request(body, type, {{"If-None-Match", "null"}})) == Errc::count_);
    CHECK(code(batch_request(body, type, {{"OData-Version", "3.0"}})) == Errc::malformed);
    auto with_option = batch_request(body);
    with_option.target += "?$select=x";
    CHECK(code(with_option) == Errc::malformed);
}

namespace {

PartRequest part_of(
    std::string_view inner, const ContentIds* ids = nullptr, std::vector<http::Header> headers = {}
) {
    const Cut cut(one(inner), "multipart/mixed; boundary=b", std::move(headers));
    return request_of((*cut).items[0].parts[0], cut.request, "v9.1", ids);
}

}  // namespace

TEST_CASE(
    "a part's URL may be absolute, or relative to the host or the service", "[odata][batch]"
) {
    const auto target = [](std::string_view url) {
        return part_of("GET " + std::string{url} + " HTTP/1.1").request.target;
    };
    CHECK(
        target("https://vault.example.com/api/data/v9.2/WhoAmI") ==
        "https://vault.example.com/api/data/v9.2/WhoAmI"
    );
    CHECK(target("/api/data/v9.2/WhoAmI") == "/api/data/v9.2/WhoAmI");
    CHECK(target("WhoAmI?tag=x") == "/api/data/v9.1/WhoAmI?tag=x");
    CHECK(target("$metadata") == "/api/data/v9.1/$metadata");
}

TEST_CASE("a part has who asks from the batch, and nothing else", "[odata][batch]") {
    const auto out = part_of(
        "POST x HTTP/1.1\r\nHost: evil.example.com\r\nCookie: a=b\r\nPrefer: "
        "return=representation\r\n"
        "x-ms-client-request-id: inner\r\n\r\n{}",
        nullptr,
        {{"User-Agent", "agent"},
         {"x-ms-client-request-id", "outer"},
         {"Authorization", "Bearer secret"},
         {"If-Match", "*"},
         {"Prefer", "odata.continue-on-error"},
         {"Accept", "application/json;odata.metadata=full"},
         {"Host", "vault.example.com"},
         {"MSCRM.SolutionUniqueName", "s"}}
    );
    const auto& request = out.request;
    CHECK(*request.header("User-Agent") == "agent");
    CHECK(*request.header("x-ms-client-request-id") == "inner");
    CHECK(request.count("x-ms-client-request-id") == 1);
    CHECK(*request.header("Host") == "vault.example.com");
    CHECK(request.count("Host") == 1);
    CHECK(*request.header("Prefer") == "return=representation");
    CHECK(*request.header("MSCRM.SolutionUniqueName") == "s");
    CHECK(*request.header("Content-Type") == "application/json");
    for (const auto* const name : {"Authorization", "Cookie", "If-Match", "Accept"}) {
        CHECK(request.count(name) == 0);
    }
}

TEST_CASE("$ID stands for what an earlier part of the change set made", "[odata][batch]") {
    ContentIds ids;
    ids.set("1", "msdyn_octwitterhandles(" + id_text + ")");
    const auto target = [&](std::string_view url) {
        const auto part = part_of("PATCH " + std::string{url} + " HTTP/1.1\r\n\r\n{}", &ids);
        return part.refusal ? part.refusal->message : part.request.target;
    };
    const auto path = "/api/data/v9.1/msdyn_octwitterhandles(" + id_text + ")";
    CHECK(target("$1") == path);
    CHECK(target("/$1") == path);
    CHECK(target("$1/msdyn_name") == path + "/msdyn_name");
    CHECK(target("$1?$select=msdyn_name") == path + "?$select=msdyn_name");
    CHECK(target("$2") == "Content-ID Reference: '$2' does not exist in the batch context.");
    CHECK(target("$12") == "Content-ID Reference: '$12' does not exist in the batch context.");
    CHECK(part_of("PATCH $1 HTTP/1.1\r\n\r\n{}").refusal->code == Errc::malformed);

    const auto parsed_body = [&](std::string_view url, const ContentIds* known) {
        return parse_part(
            request(
                "POST",
                secrets,
                "{\"msdyn_octwitterhandleid@odata.bind\":\"" + std::string{url} + "\"}"
            ),
            test_root,
            anyone,
            {},
            known
        );
    };
    for (const auto* const url : {"$1", "/$1"}) {
        const auto made = message<messages::Create>(parsed_body(url, &ids));
        const auto* cell = made.input.find("msdyn_octwitterhandleid");
        REQUIRE(cell != nullptr);
        CHECK(std::get<Uuid>(std::get<messages::Target>(cell->value).by) == Uuid::parse(id_text));
    }
    CHECK(rejection(parsed_body("$2", &ids)).code == Errc::malformed);
    CHECK(rejection(parsed_body("$1", nullptr)).code == Errc::malformed);
}

TEST_CASE("a row that is made in a change set has its id before it is planned", "[odata][batch]") {
    SystemRandom random;
    const auto entity = [&](Parsed out) { return entity_of(out.message, out.context, random); };
    auto made = parsed("POST", secrets, "{\"msdyn_name\":\"x\"}");
    const auto path = entity_of(made.message, made.context, random);
    const auto* cell =
        message_if<messages::Create>(made)->input.find("msdyn_octwitterhandlesecretid");
    REQUIRE(cell != nullptr);
    CHECK(path == "msdyn_octwitterhandlesecrets(" + to_string(std::get<Uuid>(cell->value)) + ")");
    CHECK(
        entity(parsed("POST", secrets, "{\"msdyn_octwitterhandlesecretid\":\"" + id_text + "\"}")
        ) == "msdyn_octwitterhandlesecrets(" + id_text + ")"
    );
    CHECK(
        entity(parsed("PATCH", secrets + "(" + id_text + ")", "{}")) ==
        "msdyn_octwitterhandlesecrets(" + id_text + ")"
    );
    CHECK(
        entity(parsed("PATCH", secrets + "(msdyn_octwitteruniquehandleid='4%2F2')", "{}")) ==
        "msdyn_octwitterhandlesecrets(msdyn_octwitteruniquehandleid='4%2F2')"
    );
    CHECK(entity(parsed("DELETE", secrets + "(" + id_text + ")")).empty());
}

TEST_CASE("the URL of a part may be longer than a request line takes", "[odata][batch]") {
    const auto url = "/api/data/v9.2/WhoAmI?tag=" + std::string(40'000, 'x');
    CHECK(refused("GET", url) == Errc::malformed);
    CHECK(is_message<messages::WhoAmI>(
        parse_part(request("GET", url), test_root, anyone, {}, nullptr)
    ));
}

}  // namespace batch_test
