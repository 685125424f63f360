#include "http/transport.hpp"

#include "http/certificate_authority.hpp"
#include "http/certificate_folder.hpp"
#include "http/tls_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace transport_test {

namespace {

namespace asio = boost::asio;
using namespace rookery;
using namespace std::chrono_literals;
using test::TlsClient;

/// Answers with what it was asked; "/wait" waits until the test says so, "/throw" throws, "/late" is
/// kept back.
class Echo final : public http::Handler {
 public:
    Result<void> admit(http::Request& head) override {
        if (head.header("Authorization") != nullptr) return {};
        return fail(Errc::unauthenticated, "who?");
    }

    asio::awaitable<http::Response> handle(const http::Request& request) override {
        if (request.target == "/throw") throw std::runtime_error{"secret of the handler"};
        if (request.target == "/wait") {
            asio::steady_timer timer{
                co_await asio::this_coro::executor, asio::steady_timer::time_point::max()};
            waiting_.set_value(&timer);
            constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
            const auto [ignored] = co_await timer.async_wait(as_result);
            static_cast<void>(ignored);
        }
        http::Response response;
        const auto text = request.method + " " + request.target + " " +
                          std::string{request.body_text()} + names_of(request);
        response.body.assign(text.begin(), text.end());
        if (request.target == "/late") response.delay = 200ms;
        if (request.target == "/large") response.body.assign(64U << 20, 'x');
        if (request.target == "/split") response.set("X-Echo", "a\r", "\nX-Injected: b", "\n\x7F");
        co_return response;
    }

    asio::awaitable<http::Response> refuse(const http::Request&, Error error) override {
        http::Response response;
        response.status = info(error.code).http_status;
        response.body.assign(error.message.begin(), error.message.end());
        co_return response;
    }

    void tick() override {}

    void log(std::string_view what) noexcept override {
        const std::lock_guard lock{mutex_};
        logged_ += what;
    }

    /// Until a request for "/wait" is being handled.
    void until_waiting() { timer_ = waiting_.get_future().get(); }

    void go_on() {
        asio::post(timer_->get_executor(), [this] { timer_->cancel(); });
    }

    [[nodiscard]] std::string logged() {
        const std::lock_guard lock{mutex_};
        return logged_;
    }

 private:
    static std::string names_of(const http::Request& request) {
        std::string out;
        if (request.target != "/names") return out;
        for (const auto& header : request.headers) out += header.name + ";";
        return out;
    }

    std::promise<asio::steady_timer*> waiting_;
    asio::steady_timer* timer_ = nullptr;
    std::mutex mutex_;
    std::string logged_;
};

struct Fixture {
    explicit Fixture(http::Limits limits = {}, std::size_t threads = 1) {
        const auto made =
            http::ensure_server_certificate(folder.path(), {"127.0.0.1"}, SystemClock{}.now());
        REQUIRE(made);
        tls.certificate_file = made->certificate;
        tls.key_file = made->key;
        options.tls = [this] { return tls; };
        options.limits = limits;
        options.io_threads = threads;
        authority = made->authority;
        start();
    }

    void start() {
        transport.reset();
        auto listening = http::Transport::listen(options, clock);
        REQUIRE(listening);
        transport = std::move(*listening);
        transport->serve(echo);
    }

    [[nodiscard]] TlsClient connect(
        TlsClient::Handshake handshake = TlsClient::Handshake::yes, int version_max = TLS1_3_VERSION
    ) const {
        return TlsClient{transport->port(), authority, handshake, version_max};
    }

    test::CertificateFolder folder;
    SystemClock clock;
    Echo echo;
    http::TlsOptions tls;
    http::TransportOptions options;
    std::filesystem::path authority;
    std::unique_ptr<http::Transport> transport;
};

std::string get(std::string_view target, std::string_view headers = {}) {
    return "GET " + std::string{target} + " HTTP/1.1\r\nHost: h\r\n" + std::string{headers} +
           "\r\n";
}

std::string post(
    std::string_view body, std::string_view headers = {}, std::string_view target = "/p"
) {
    return "POST " + std::string{target} +
           " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           std::string{headers} + "\r\n" + std::string{body};
}

/// Announces a body; the server answers 100 once it has taken it into account.
std::string head_of(std::size_t size, std::string_view headers = {}) {
    return "POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: " +
           std::to_string(size) + "\r\n" + std::string{headers} + "\r\n";
}

/// Unauthenticated clients may hold 1000 bytes of bodies together, all clients 4000.
http::Limits share_of_1000() {
    http::Limits limits;
    limits.bodies_bytes_max = 4000;
    return limits;
}

http::Limits short_limits() {
    http::Limits limits;
    limits.handshake = limits.header = limits.body = limits.write = limits.idle = 100ms;
    limits.drain = 60s;
    return limits;
}

}  // namespace

TEST_CASE("a connection answers one request after another", "[http]") {
    Fixture f;
    auto client = f.connect();
    for (const auto* const target : {"/a", "/b", "/c"}) {
        const auto answer = client.ask(get(target));
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->body == std::string{"GET "} + target + " ");
        CHECK_FALSE(answer->has("Connection: close"));
        CHECK(answer->has("Date: "));
    }
    const auto last = client.ask(get("/d", "Connection: close\r\n"));
    REQUIRE(last);
    CHECK(last->has("Connection: close"));
    CHECK(client.closed_by_server());
}

TEST_CASE("requests sent ahead are answered in order", "[http]") {
    Fixture f;
    auto client = f.connect();
    client.send(get("/1") + post("two") + get("/3"));
    CHECK(client.read()->body == "GET /1 ");
    CHECK(client.read()->body == "POST /p two");
    CHECK(client.read()->body == "GET /3 ");
}

TEST_CASE("a request may come byte by byte", "[http]") {
    Fixture f;
    auto client = f.connect();
    for (const char c : post("body", "X-A: 1\r\n")) client.send({&c, 1});
    CHECK(client.read()->body == "POST /p body");
}

TEST_CASE("HTTP/1.0 needs no Host and closes unless asked to stay", "[http]") {
    Fixture f;
    auto client = f.connect();
    const auto kept = client.ask("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    REQUIRE(kept);
    CHECK(kept->has("Connection: keep-alive"));
    const auto closed = client.ask("GET /b HTTP/1.0\r\n\r\n");
    REQUIRE(closed);
    CHECK(closed->body == "GET /b ");
    CHECK(client.closed_by_server());
}

TEST_CASE("HEAD is answered with the length and without the body", "[http]") {
    Fixture f;
    auto client = f.connect();
    client.expect_heads();
    const auto answer = client.ask("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
    REQUIRE(answer);
    CHECK(answer->has("Content-Length: 8"));
    CHECK(client.ask("HEAD /b HTTP/1.1\r\nHost: h\r\n\r\n")->status == 200);
}

TEST_CASE("a request that is not well-formed is refused and its connection closed", "[http]") {
    using Row = std::tuple<const char*, int>;
    const auto [request, status] = GENERATE(table<const char*, int>({
        Row{"GET /\r\n\r\n", 400},
        Row{"nonsense\r\n\r\n", 400},
        Row{"GET / HTTP/1.1\r\n\r\n", 400},
        Row{"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        Row{"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        Row{"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        Row{"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        Row{"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
        Row{"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400},
        Row{"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Row{"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Row{"GET https:/a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Row{"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Row{"GET / HTTP/1.1\r\nHost: a\r\nX: a\x01\r\n\r\n", 400},
        Row{"GET / HTTP/1.1\r\nHost: a\r\nX : a\r\n\r\n", 400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx", 400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx", 400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx", 400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: "
            "chunked\r\n\r\n0\r\n\r\n",
            400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: "
            "5\r\n\r\n0\r\n\r\n",
            400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 400},
        Row{"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nAuthorization: b\r\nTransfer-Encoding: "
            "chunked\r\n\r\nz\r\n",
            400},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
            415},
        Row{"POST / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\nx", 417},
    }));
    CAPTURE(request);
    Fixture f;
    auto client = f.connect();
    const auto answer = client.ask(request);
    REQUIRE(answer);
    CHECK(answer->status == status);
    CHECK(answer->has("Connection: close"));
    CHECK(client.closed_by_server());
}

TEST_CASE("a header that is continued on a further line is refused", "[http]") {
    const auto lines = GENERATE(values<std::string>({
        "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding:\r\n\tchunked\r\n",
        "X-Any: one\r\n two\r\n",
        "X-Any: one\r\n \r\n",
        "X-Any: one\r\n Content-Length: 5\r\nX-Other: y\r\n",
    }));
    const auto request = "POST /p HTTP/1.1\r\nHost: h\r\nAuthorization: b\r\n" + lines + "\r\n";
    CAPTURE(request);
    Fixture f;
    auto client = f.connect();
    SECTION("in one piece") { client.send(request); }
    SECTION("byte by byte") {
        for (const char c : request) client.send({&c, 1});
    }
    const auto answer = client.read();
    REQUIRE(answer);
    CHECK(answer->status == 400);
    CHECK(client.closed_by_server());
}

TEST_CASE("the first header does not begin with a blank", "[http]") {
    Fixture f;
    for (const auto* const blank : {" ", "\t"}) {
        const auto answer =
            f.connect().ask("GET / HTTP/1.1\r\n" + std::string{blank} + "Host: h\r\n\r\n");
        REQUIRE(answer);
        CHECK(answer->status == 400);
    }
}

TEST_CASE("blanks within a header's line continue nothing", "[http]") {
    Fixture f;
    const auto answer = f.connect().ask(get("/names", "X-Any: \t one two \t\r\nX-Empty:  \r\n"));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body == "GET /names Host;X-Any;X-Empty;");
}

TEST_CASE("headers and targets are taken up to their limits", "[http]") {
    http::Limits limits;
    limits.header_bytes_max = 1000;
    limits.headers_max = 10;
    limits.target_bytes_max = 100;
    Fixture f{limits};
    const auto ask = [&](const std::string& request) {
        auto client = f.connect();
        const auto answer = client.ask(request);
        REQUIRE(answer);
        return answer->status;
    };
    const auto x = [](std::size_t n) { return std::string(n, 'x'); };
    // "Host" and "h" with separators are 9 bytes, "A" with its separators 5.
    CHECK(ask(get("/", "A: " + x(986) + "\r\n")) == 200);
    CHECK(ask(get("/", "A: " + x(987) + "\r\n")) == 431);
    CHECK(ask(get("/", "A: " + x(100'000) + "\r\n")) == 431);
    CHECK(ask(get("/" + x(99))) == 200);
    CHECK(ask(get("/" + x(100))) == 414);
    std::string nine;
    for (int i = 0; i < 9; ++i) nine += "A: b\r\n";
    CHECK(ask(get("/", nine)) == 200);
    CHECK(ask(get("/", nine + "A: b\r\n")) == 431);
}

TEST_CASE("a body is taken up to its limit, with a length and in chunks", "[http]") {
    http::Limits limits;
    limits.body_bytes_max = 100'000;
    Fixture f{limits};
    const std::string fits(100'000, 'x');
    const auto chunked = [](const std::string& body) {
        std::string out =
            "POST /p HTTP/1.1\r\nHost: h\r\nAuthorization: b\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (std::size_t at = 0; at < body.size(); at += 4096) {
            const auto part = body.substr(at, 4096);
            std::array<char, 16> size{};
            std::snprintf(size.data(), size.size(), "%zx\r\n", part.size());
            out += size.data() + part + "\r\n";
        }
        return out + "0\r\n\r\n";
    };
    SECTION("with a length") {
        auto client = f.connect();
        CHECK(client.ask(post(fits, "Authorization: b\r\n"))->body == "POST /p " + fits);
        const auto refused = client.ask(post(fits + "x", "Authorization: b\r\n"));
        REQUIRE(refused);
        CHECK(refused->status == 413);
        CHECK(client.closed_by_server());
    }
    SECTION("in chunks") {
        auto client = f.connect();
        CHECK(client.ask(chunked(fits))->body == "POST /p " + fits);
        const auto refused = client.ask(chunked(fits + "x"));
        REQUIRE(refused);
        CHECK(refused->status == 413);
        CHECK(client.closed_by_server());
    }
}

TEST_CASE("a large body of somebody unknown is refused before it is sent", "[http]") {
    Fixture f;
    auto client = f.connect();
    SECTION("a small one is read") { CHECK(client.ask(post("x"))->status == 200); }
    SECTION("with a length") {
        const auto answer = client.ask(
            "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\nExpect: 100-continue\r\n\r\n"
        );
        REQUIRE(answer);
        CHECK(answer->status == 401);
        CHECK(client.closed_by_server());
    }
    SECTION("in chunks") {
        const auto answer =
            client.ask("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        REQUIRE(answer);
        CHECK(answer->status == 401);
        CHECK(client.closed_by_server());
    }
}

TEST_CASE("all bodies together are bounded", "[http]") {
    http::Limits limits;
    limits.bodies_bytes_max = 100'000;
    limits.body_bytes_unknown_max = 10'000;
    Fixture f{limits};
    const auto body = [](std::size_t size) {
        return post(std::string(size, 'x'), "Authorization: b\r\n");
    };
    auto client = f.connect();
    CHECK(client.ask(body(100'000))->status == 200);
    CHECK(client.ask(body(100'000))->status == 200);
    CHECK(client.ask(body(100'001))->status == 503);
    CHECK(client.closed_by_server());
    CHECK(f.connect().ask(body(100'000))->status == 200);
}

TEST_CASE(
    "unauthenticated bodies at their share keep no authenticated client's body out", "[http]"
) {
    Fixture f{share_of_1000()};
    auto holding = f.connect();
    holding.send(post(std::string(1000, 'x'), {}, "/wait"));
    f.echo.until_waiting();

    // Its head alone is enough to refuse it: no 100 comes first, and no byte was sent.
    auto stranger = f.connect();
    const auto refused = stranger.ask(head_of(1));
    REQUIRE(refused);
    CHECK(refused->status == 401);
    CHECK(stranger.closed_by_server());

    auto known = f.connect();
    CHECK(known.ask(post("x", "Authorization: b\r\n"))->status == 200);
    CHECK(known.ask(post(std::string(3000, 'x'), "Authorization: b\r\n"))->status == 200);
    CHECK(known.ask(post(std::string(3001, 'x'), "Authorization: b\r\n"))->status == 503);
    CHECK(f.connect().ask(get("/a"))->status == 200);

    f.echo.go_on();
    CHECK(holding.read()->status == 200);
    CHECK(holding.ask(post(std::string(1000, 'x')))->status == 200);
}

TEST_CASE("an unauthenticated body counts whole before it is sent", "[http]") {
    Fixture f{share_of_1000()};
    auto first = f.connect();
    CHECK(first.ask(head_of(600))->status == 100);
    auto second = f.connect();
    CHECK(second.ask(head_of(400))->status == 100);
    CHECK(f.connect().ask(head_of(1))->status == 401);
    CHECK(f.connect().ask(head_of(1, "Authorization: b\r\n"))->status == 100);
    CHECK(first.ask(std::string(600, 'x'))->status == 200);
    CHECK(first.ask(head_of(601))->status == 401);
}

TEST_CASE("one unauthenticated body larger than the share of all is refused", "[http]") {
    Fixture f{share_of_1000()};
    CHECK(f.connect().ask(head_of(1001))->status == 401);
    CHECK(f.connect().ask(head_of(1001, "Authorization: b\r\n"))->status == 100);
    // What was refused took nothing.
    CHECK(f.connect().ask(post(std::string(1000, 'x')))->status == 200);
}

TEST_CASE("a connection that ends gives its body's share back", "[http]") {
    Fixture f{share_of_1000()};
    auto leaving = f.connect();
    CHECK(leaving.ask(head_of(1000))->status == 100);
    CHECK(f.connect().ask(head_of(1))->status == 401);
    leaving.send(std::string(500, 'x'));
    leaving.close();
    // The server learns of the end in its own time.
    const auto patience = std::chrono::steady_clock::now() + 20s;
    std::optional<TlsClient> next;
    int status = 0;
    while (status != 200 && std::chrono::steady_clock::now() < patience) {
        next.emplace(f.transport->port(), f.authority);
        status = next->ask(post(std::string(1000, 'x')))->status;
    }
    REQUIRE(status == 200);
    CHECK(next->ask(post(std::string(4000, 'x'), "Authorization: b\r\n"))->status == 200);
}

TEST_CASE("a client that expects 100 Continue is told to go on", "[http]") {
    Fixture f;
    auto client = f.connect();
    client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read()->status == 100);
    CHECK(client.ask("body")->body == "POST /p body");
}

TEST_CASE("a trailer does not become a header", "[http]") {
    Fixture f;
    auto client = f.connect();
    const auto answer = client.ask(
        "POST /names HTTP/1.1\r\nHost: h\r\nAuthorization: b\r\nTransfer-Encoding: chunked\r\n\r\n"
        "1\r\nx\r\n0\r\nMSCRMCallerID: y\r\n\r\n"
    );
    REQUIRE(answer);
    CHECK(answer->body == "POST /names xHost;Authorization;Transfer-Encoding;");
}

TEST_CASE("a chunk's head or trailer without end is refused", "[http]") {
    Fixture f;
    auto client = f.connect();
    client.send(
        "POST /p HTTP/1.1\r\nHost: h\r\nAuthorization: b\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\nA: " +
        std::string(60'000, 'x')
    );
    const auto answer = client.read();
    REQUIRE(answer);
    CHECK(answer->status == 400);
}

TEST_CASE("a header value cannot end its line", "[http]") {
    Fixture f;
    auto client = f.connect();
    const auto answer = client.ask(get("/split"));
    REQUIRE(answer);
    CHECK(answer->has("X-Echo: a  X-Injected: b  \r\n"));
    CHECK_FALSE(answer->has("\nX-Injected"));
}

TEST_CASE("an exception becomes a 500 that says nothing, and the server goes on", "[http]") {
    Fixture f;
    auto client = f.connect();
    const auto answer = client.ask(get("/throw"));
    REQUIRE(answer);
    CHECK(answer->status == 500);
    CHECK(answer->body.find("secret") == std::string::npos);
    CHECK(client.closed_by_server());
    CHECK(f.echo.logged().find("runtime_error") != std::string::npos);
    CHECK(f.echo.logged().find("secret") == std::string::npos);
    CHECK(f.connect().ask(get("/a"))->status == 200);
}

TEST_CASE("slow clients are cut off", "[http]") {
    Fixture f{short_limits()};
    SECTION("that never finish the handshake") {
        auto client = f.connect(TlsClient::Handshake::no);
        CHECK(client.raw_closed_by_server());
    }
    SECTION("that stop in the middle of the handshake") {
        auto client = f.connect(TlsClient::Handshake::no);
        client.send_raw(std::string_view{"\x16\x03\x01\x02\x00\x01", 6});
        CHECK(client.raw_closed_by_server());
    }
    SECTION("that send nothing") {
        auto client = f.connect();
        CHECK(client.closed_by_server());
    }
    SECTION("that send half a head") {
        auto client = f.connect();
        client.send("GET / HTTP/1.1\r\nHo");
        CHECK(client.closed_by_server());
    }
    SECTION("that send half a body") {
        auto client = f.connect();
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n12345");
        CHECK(client.closed_by_server());
    }
    SECTION("that are idle after a request") {
        auto client = f.connect();
        CHECK(client.ask(get("/a"))->status == 200);
        CHECK(client.closed_by_server());
    }
}

TEST_CASE("a client that does not read its answer does not hold the server", "[http]") {
    auto limits = short_limits();
    limits.bytes_per_second_min = 1U << 30;
    Fixture f{limits};
    auto client = f.connect();
    client.send(get("/large"));
    f.transport->stop();
    const auto start = std::chrono::steady_clock::now();
    f.transport->join();
    CHECK(std::chrono::steady_clock::now() - start < 30s);  // `drain` would be a minute
}

TEST_CASE("a large answer arrives whole", "[http]") {
    Fixture f;
    auto client = f.connect();
    const auto answer = client.ask(get("/large"));
    REQUIRE(answer);
    CHECK(answer->body == std::string(64U << 20, 'x'));
}

TEST_CASE("connections beyond the limit are closed at once", "[http]") {
    http::Limits limits;
    limits.connections_max = 1;
    Fixture f{limits};
    auto first = f.connect();
    CHECK(first.ask(get("/a"))->status == 200);
    CHECK_FALSE(f.connect().connected());
    CHECK(first.ask(get("/a"))->status == 200);
    first.close();
    // The server learns of the end in its own time.
    const auto patience = std::chrono::steady_clock::now() + 20s;
    bool again = false;
    while (!again && std::chrono::steady_clock::now() < patience) again = f.connect().connected();
    CHECK(again);
}

// In a process of its own, which has 96 descriptors and says by its exit code whether it could open
// 24 more files while clients held as many connections as they got.
TEST_CASE("connections never take the descriptors of the log", "[http]") {
    constexpr rlim_t files = 96;
    constexpr int log_files = 24;
    constexpr int clients = 90;
    test::CertificateFolder folder;
    const auto made =
        http::ensure_server_certificate(folder.path(), {"127.0.0.1"}, SystemClock{}.now());
    REQUIRE(made);
    int to_parent[2];
    int to_child[2];
    REQUIRE(::pipe(to_parent) == 0);
    REQUIRE(::pipe(to_child) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const rlimit limit{files, files};
        if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::_exit(2);
        Echo echo;
        const SystemClock clock;
        http::TransportOptions options;
        http::TlsOptions tls;
        tls.certificate_file = made->certificate;
        tls.key_file = made->key;
        options.tls = [tls] { return tls; };
        auto listening = http::Transport::listen(options, clock);
        if (!listening) ::_exit(3);
        (*listening)->serve(echo);
        const auto port = (*listening)->port();
        char go = 0;
        if (::write(to_parent[1], &port, sizeof port) != sizeof port) ::_exit(4);
        if (::read(to_child[0], &go, 1) != 1) ::_exit(5);
        for (int i = 0; i < log_files; ++i) {
            if (::open("/dev/null", O_RDONLY) < 0) ::_exit(1);
        }
        ::_exit(0);
    }
    std::uint16_t port = 0;
    REQUIRE(::read(to_parent[0], &port, sizeof port) == sizeof port);
    asio::io_context io;
    std::vector<asio::ip::tcp::socket> sockets;
    for (int i = 0; i < clients; ++i) {
        auto& socket = sockets.emplace_back(io);
        boost::system::error_code ignored;
        socket.connect({asio::ip::address_v4::loopback(), port}, ignored);
    }
    // Half of the descriptors are for connections: the server closes the others.
    const auto closed = [&] {
        return std::ranges::count_if(sockets, [](auto& socket) {
            char byte = 0;
            const auto got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
            return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
        });
    };
    const auto patience = std::chrono::steady_clock::now() + 8s;
    while (closed() < clients - static_cast<int>(files / 2) &&
           std::chrono::steady_clock::now() < patience) {
        std::this_thread::yield();
    }
    CHECK(closed() == clients - static_cast<int>(files / 2));
    REQUIRE(::write(to_child[1], "x", 1) == 1);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    for (const int end : {to_parent[0], to_parent[1], to_child[0], to_child[1]}) ::close(end);
}

TEST_CASE("a stop lets running requests finish and closes the rest", "[http]") {
    Fixture f;
    auto busy = f.connect();
    auto idle = f.connect();
    CHECK(idle.ask(get("/a"))->status == 200);
    busy.send(get("/wait"));
    f.echo.until_waiting();
    f.transport->stop();
    CHECK(idle.closed_by_server());
    CHECK_THROWS(f.connect());
    f.echo.go_on();
    const auto answer = busy.read();
    REQUIRE(answer);
    CHECK(answer->body == "GET /wait ");
    CHECK(answer->has("Connection: close"));
    CHECK(busy.closed_by_server());
    f.transport->join();
}

TEST_CASE("an answer that is kept back leaves late, and keeps nobody else's waiting", "[http]") {
    Fixture f;
    auto late = f.connect();
    auto other = f.connect();
    const auto began = std::chrono::steady_clock::now();
    late.send(get("/late"));
    CHECK(other.ask(get("/now"))->body == "GET /now ");
    CHECK(late.read()->body == "GET /late ");
    CHECK(std::chrono::steady_clock::now() - began >= 200ms);
    CHECK(late.ask(get("/now"))->body == "GET /now ");
}

TEST_CASE("a client that went away does not end its request", "[http]") {
    Fixture f;
    auto client = f.connect();
    client.send(get("/wait"));
    f.echo.until_waiting();
    client.close();
    CHECK(f.connect().ask(get("/a"))->status == 200);
    f.echo.go_on();
    f.transport->stop();
    f.transport->join();
}

TEST_CASE("several threads serve one port, which no second server can share", "[http]") {
    Fixture f{{}, 3};
    for (int i = 0; i < 12; ++i) CHECK(f.connect().ask(get("/a"))->status == 200);
    auto second = f.options;
    second.port = f.transport->port();
    bool asked = false;  // for its certificate, which asking may renew
    second.tls = [&] {
        asked = true;
        return f.tls;
    };
    for (const std::size_t threads : {1U, 2U}) {
        second.io_threads = threads;
        const auto listening = http::Transport::listen(second, f.clock);
        REQUIRE_FALSE(listening);
        CHECK(listening.error().code == Errc::in_use);
    }
    CHECK_FALSE(asked);
}

TEST_CASE("TLS 1.2 is spoken only where an option allows it", "[http]") {
    Fixture f;
    CHECK_FALSE(f.connect(TlsClient::Handshake::yes, TLS1_2_VERSION).connected());
    f.tls.floor = http::TlsFloor::v1_2;
    f.start();
    auto client = f.connect(TlsClient::Handshake::yes, TLS1_2_VERSION);
    CHECK(client.connected());
    CHECK(client.ask(get("/a"))->status == 200);
}

TEST_CASE("a server does not start with what it cannot use", "[http]") {
    Fixture f;
    f.transport.reset();
    const auto code = [&] {
        const auto listening = http::Transport::listen(f.options, f.clock);
        return listening ? Errc::count_ : listening.error().code;
    };
    namespace fs = std::filesystem;
    SECTION("an address that is a name") {
        f.options.address = "localhost";
        CHECK(code() == Errc::usage);
    }
    SECTION("a missing certificate") {
        fs::remove(f.tls.certificate_file);
        CHECK(code() == Errc::io);
    }
    SECTION("a missing key") {
        fs::remove(f.tls.key_file);
        CHECK(code() == Errc::io);
    }
    SECTION("a key that others can read") {
        fs::permissions(f.tls.key_file, fs::perms{0640});
        CHECK(code() == Errc::bad_permissions);
    }
    SECTION("a key whose mode is not only to read and write") {
        fs::permissions(f.tls.key_file, fs::perms{0700});
        CHECK(code() == Errc::bad_permissions);
    }
    SECTION("an empty key") {
        fs::resize_file(f.tls.key_file, 0);
        CHECK(code() == Errc::io);
    }
    SECTION("a key larger than any") {
        fs::resize_file(f.tls.key_file, (64U << 10) + 1);
        CHECK(code() == Errc::io);
    }
    SECTION("a key behind a symbolic link") {
        fs::create_symlink(f.tls.key_file, f.folder.path() / "link");
        f.tls.key_file = f.folder.path() / "link";
        CHECK(code() == Errc::bad_permissions);
    }
    SECTION("another certificate's key") {
        f.tls.key_file = f.folder.path() / "ca.key";
        CHECK(code() == Errc::io);
    }
    SECTION("and starts with all of them") { CHECK(code() == Errc::count_); }
}

TEST_CASE(
    "the server's key may be a systemd credential, which root lets its reader read", "[http]"
) {
    Fixture f;
    const auto listen = [&] { return http::Transport::listen(f.options, f.clock); };
    std::filesystem::permissions(f.tls.key_file, std::filesystem::perms{0440});
    CHECK(listen().error().code == Errc::bad_permissions);
    f.tls.key_kind = PrivateFileKind::systemd_credential;
    if (::geteuid() != 0)
        std::filesystem::permissions(f.tls.key_file, std::filesystem::perms{0400});
    f.start();
    CHECK(f.connect().ask(get("/a"))->status == 200);
    std::filesystem::permissions(f.tls.key_file, std::filesystem::perms{0444});
    CHECK(listen().error().code == Errc::bad_permissions);
}

}  // namespace transport_test
