#include "cli/client/api_client.hpp"

#include "base/append_text.hpp"
#include "cli/client/api_error.hpp"
#include "cli/client/connection_failure.hpp"
#include "cli/options/secret_file.hpp"
#include "sync/header_lines.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <string>

namespace rookery::cli {
namespace {

constexpr std::size_t answer_bytes_max = std::size_t{64} << 20;

struct Receiving {
    ApiReply reply;
    bool too_large = false;
};

extern "C" std::size_t rookery_cli_take_body(
    char* data, std::size_t size, std::size_t n, void* to
) {
    auto& receiving = *static_cast<Receiving*>(to);
    const auto bytes = size * n;
    if (receiving.reply.body.size() + bytes > answer_bytes_max) {
        receiving.too_large = true;
        return 0;
    }
    append_text(receiving.reply.body, {data, bytes});
    return bytes;
}

extern "C" std::size_t rookery_cli_take_header(
    char* data, std::size_t size, std::size_t n, void* to
) {
    constexpr std::size_t headers_max = 200;
    auto& receiving = *static_cast<Receiving*>(to);
    std::string_view line{data, size * n};
    if (line.substr(0, 5) == "HTTP/") {
        receiving.reply.headers.clear();  // an interim answer's headers
        return size * n;
    }
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
        auto value = line.substr(colon + 1);
        while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) {
            value.remove_prefix(1);
        }
        if (receiving.reply.headers.size() >= headers_max) {
            receiving.too_large = true;
            return 0;
        }
        receiving.reply.headers.push_back({std::string{line.substr(0, colon)}, std::string{value}});
    }
    return size * n;
}

}  // namespace

struct ApiClient::Impl {
    Connection connection;
    SecretBytes authorization;  // "Authorization: Bearer …" and a terminating zero, or empty
    std::chrono::milliseconds timeout{};
    bool failed_for_good = false;
    std::unique_ptr<CURL, void (*)(CURL*)> curl{nullptr, curl_easy_cleanup};
};

ApiClient::ApiClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ApiClient::~ApiClient() = default;
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient& ApiClient::operator=(ApiClient&&) noexcept = default;

const Connection& ApiClient::connection() const { return impl_->connection; }

bool ApiClient::failed_for_good() const { return impl_->failed_for_good; }

Result<ApiClient> ApiClient::open(Connection connection, std::chrono::milliseconds timeout) {
    static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);  // once, thread-safe
    if (started != CURLE_OK) return fail(Errc::internal, "libcurl cannot start");
    auto impl = std::make_unique<Impl>();
    ROOKERY_CHECK(check_authority(connection.ca));
    if (!connection.token_file.empty()) {
        ROOKERY_TRY(const auto token, read_token_file(connection.token_file));
        impl->authorization = SecretBytes::copy_of("Authorization: Bearer ");
        token.expose([&](ByteView bytes) { impl->authorization.append(bytes); });
        impl->authorization.append(bytes_of(std::string_view{"\0", 1}));
    }
    impl->connection = std::move(connection);
    impl->timeout = timeout;
    impl->curl.reset(curl_easy_init());
    if (impl->curl == nullptr) return fail(Errc::internal, "libcurl cannot start");
    return ApiClient(std::move(impl));
}

Result<ApiReply> ApiClient::exchange(
    std::string_view method, std::string_view path, const WipedBuffer& body,
    const std::vector<http::Header>& headers
) {
    auto* curl = impl_->curl.get();
    const auto& connection = impl_->connection;
    const auto url = path.substr(0, 1) == "/"
                         ? fmt::format("{}{}", connection.url, path)
                         : fmt::format("{}/api/data/v9.2/{}", connection.url, path);
    const std::string verb{method};
    std::array<char, CURL_ERROR_SIZE> detail{};
    Receiving receiving;

    sync::HeaderLines lines;
    impl_->authorization.expose([&](ByteView bytes) {
        if (!bytes.empty()) lines.add(text_of(bytes).data());
    });
    for (const char* const line :
         {"Accept: application/json", "OData-Version: 4.0", "OData-MaxVersion: 4.0", "Expect:"}) {
        lines.add(line);
    }
    if (!body.empty()) lines.add("Content-Type: application/json");
    for (const auto& [name, value] : headers) lines.add(fmt::format("{}: {}", name, value).c_str());
    if (!lines.complete()) return fail(Errc::internal, "no memory for the request's headers");

    curl_easy_reset(curl);  // options only: the connection stays open
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, verb.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, lines.get());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    if (!connection.ca.empty()) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, connection.ca.c_str());
        curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
    }
    // A proxy for this very machine would be a mistake of the environment.
    if (is_loopback_url(connection.url)) curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 10'000L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(impl_->timeout.count()));
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "rookery/" ROOKERY_VERSION);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail.data());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, rookery_cli_take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &receiving);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, rookery_cli_take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &receiving);
    if (!body.empty()) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
    } else if (method != "GET") {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{0});
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
    }
    const auto code = curl_easy_perform(curl);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
    if (receiving.too_large) return fail(Errc::too_large, "the server's answer is too large");
    impl_->failed_for_good = false;
    if (code != CURLE_OK) {
        long verified = 0;
        curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verified);
        const ConnectionOutcome outcome{static_cast<int>(code), verified, detail.data()};
        impl_->failed_for_good = is_lasting(outcome);
        return fail(connection_failure(outcome, connection));
    }
    receiving.reply.status = static_cast<int>(status);
    return std::move(receiving.reply);
}

Result<ApiReply> ApiClient::request(
    std::string_view method, std::string_view path, const WipedBuffer& body,
    const std::vector<http::Header>& headers
) {
    ROOKERY_TRY(auto reply, exchange(method, path, body, headers));
    if (!reply.succeeded()) return fail(error_of(reply));
    return reply;
}

WipedBuffer body_of(std::string_view text) { return {text.begin(), text.end()}; }

}  // namespace rookery::cli
