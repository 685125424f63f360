#include "cli/client/api_client.hpp"

#include "base/percent_encode.hpp"
#include "cli/config/config.hpp"
#include "cli/options/secret_file.hpp"
#include "sync/https_url.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

namespace rookery::cli {
namespace {

constexpr std::size_t answer_bytes_max = std::size_t{64} << 20;

std::string given_or_environment(const std::string& given, const char* name) {
    if (!given.empty()) return given;
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

/// Name and port only: a path, a user or a query in the URL would be sent or ignored silently.
bool is_plain_https(std::string_view url) {
    constexpr std::string_view scheme = "https://";
    if (url.substr(0, scheme.size()) != scheme) return false;
    const auto rest = url.substr(scheme.size());
    return !rest.empty() && rest.find_first_of("/?#@\\ ") == std::string_view::npos;
}

bool same_name(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               const auto lower = [](char c) {
                   return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
               };
               return lower(x) == lower(y);
           });
}

/// A header list that may hold the token: curl copies every line, so every copy is wiped.
class HeaderList {
  public:
    HeaderList() = default;

    ~HeaderList() {
        for (auto* line = list_; line != nullptr; line = line->next) {
            wipe(line->data, std::strlen(line->data));
        }
        curl_slist_free_all(list_);
    }

    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;

    [[nodiscard]] bool add(const char* line) {
        auto* longer = curl_slist_append(list_, line);
        if (longer == nullptr) return false;
        list_ = longer;
        return true;
    }

    [[nodiscard]] curl_slist* get() const { return list_; }

  private:
    curl_slist* list_ = nullptr;
};

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
    receiving.reply.body.insert(receiving.reply.body.end(), data, data + bytes);
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

Error unreachable(CURLcode code, const char* detail, const Connection& connection) {
    std::string why = *detail != '\0' ? detail : curl_easy_strerror(code);
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return {
                Errc::unavailable,
                fmt::format("the certificate of {} is not trusted: {}", connection.url, why),
                "name the vault's ca.pem with --ca or ROOKERY_CA"};
        case CURLE_OPERATION_TIMEDOUT:
            return {Errc::deadline, fmt::format("{} did not answer in time", connection.url), ""};
        default:
            return {
                Errc::unavailable,
                fmt::format("cannot reach {}: {}", connection.url, why),
                "is the server running, and is ROOKERY_URL or --url right?"};
    }
}

/// What has no Errc of its own by its Dataverse code goes by its status.
Errc errc_of_status(int status) {
    switch (status) {
        case 401:
            return Errc::unauthenticated;
        case 403:
            return Errc::access_denied;
        case 404:
            return Errc::not_found;
        case 405:
            return Errc::method_not_allowed;
        case 412:
            return Errc::version_mismatch;
        case 413:
            return Errc::too_large;
        case 415:
            return Errc::wrong_content_type;
        case 429:
            return Errc::too_many_requests;
        case 501:
            return Errc::unsupported;
        case 503:
            return Errc::unavailable;
        default:
            return status >= 500 ? Errc::internal : Errc::malformed;
    }
}

}  // namespace

bool is_loopback_url(std::string_view url) {
    const auto parsed = sync::parse_https_url(url);
    if (!parsed) return false;
    auto host = parsed->origin.substr(std::string_view{"https://"}.size());
    const bool bracketed = host.front() == '[';
    host = host.substr(0, bracketed ? host.find(']') + 1 : host.find(':'));
    return host == "localhost" || host == "[::1]" || (!bracketed && is_loopback({host, 0}));
}

Result<Connection> resolve_connection(const ConnectionOptions& options, TokenNeed need) {
    Connection out;
    out.url = given_or_environment(options.url, "ROOKERY_URL");
    out.ca = given_or_environment(options.ca, "ROOKERY_CA");
    out.token_file = given_or_environment(options.token_file, "ROOKERY_TOKEN_FILE");
    if (out.url.empty()) {
        return fail(Errc::usage, "which server? no --url and no ROOKERY_URL");
    }
    if (out.url.back() == '/') out.url.pop_back();
    if (!is_plain_https(out.url)) {
        return fail(Errc::usage, "the server's URL must be https://host or https://host:port");
    }
    if (out.token_file.empty() && need == TokenNeed::required) {
        return fail(
            Errc::usage,
            "who asks? no --token-file and no ROOKERY_TOKEN_FILE",
            "a token is never taken from the command line: put it into a file of mode 0600"
        );
    }
    return out;
}

const std::string* ApiReply::header(std::string_view name) const {
    for (const auto& one : headers) {
        if (same_name(one.name, name)) return &one.value;
    }
    return nullptr;
}

std::vector<std::string_view> ApiReply::header_values(std::string_view name) const {
    std::vector<std::string_view> out;
    for (const auto& one : headers) {
        if (same_name(one.name, name)) out.push_back(one.value);
    }
    return out;
}

struct ApiClient::Impl {
    Connection connection;
    SecretBytes authorization;  // "Authorization: Bearer …" and a terminating zero, or empty
    std::chrono::milliseconds timeout{};
    std::unique_ptr<CURL, void (*)(CURL*)> curl{nullptr, curl_easy_cleanup};
};

ApiClient::ApiClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ApiClient::~ApiClient() = default;
ApiClient::ApiClient(ApiClient&&) noexcept = default;
ApiClient& ApiClient::operator=(ApiClient&&) noexcept = default;

const Connection& ApiClient::connection() const {
    return impl_->connection;
}

Result<ApiClient> ApiClient::open(Connection connection, std::chrono::milliseconds timeout) {
    static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);  // once, thread-safe
    if (started != CURLE_OK) return fail(Errc::internal, "libcurl cannot start");
    auto impl = std::make_unique<Impl>();
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
    std::string_view method,
    std::string_view path,
    const WipedBuffer& body,
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

    HeaderList lines;
    bool complete = impl_->authorization.expose([&](ByteView bytes) {
        return bytes.empty() || lines.add(text_of(bytes).data());
    });
    complete = complete && lines.add("Accept: application/json") &&
               lines.add("OData-Version: 4.0") && lines.add("OData-MaxVersion: 4.0") &&
               lines.add("Expect:");
    if (!body.empty()) complete = complete && lines.add("Content-Type: application/json");
    for (const auto& [name, value] : headers) {
        complete = complete && lines.add(fmt::format("{}: {}", name, value).c_str());
    }
    if (!complete) return fail(Errc::internal, "no memory for the request's headers");

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
    if (code != CURLE_OK) return fail(unreachable(code, detail.data(), connection));
    receiving.reply.status = static_cast<int>(status);
    return std::move(receiving.reply);
}

Result<ApiReply> ApiClient::request(
    std::string_view method,
    std::string_view path,
    const WipedBuffer& body,
    const std::vector<http::Header>& headers
) {
    ROOKERY_TRY(auto reply, exchange(method, path, body, headers));
    if (reply.status < 200 || reply.status > 299) return fail(error_of(reply));
    return reply;
}

std::string dataverse_code_of(const ApiReply& reply) {
    const auto document = nlohmann::json::parse(reply.text(), nullptr, false);
    if (!document.is_object() || !document.contains("error")) return {};
    const auto& error = document["error"];
    if (!error.is_object() || !error.contains("code") || !error["code"].is_string()) return {};
    return error["code"].get<std::string>();
}

namespace {

/// "prvReadUser" of Dataverse's "Principal user (…), is missing prvReadUser privilege (…) on …".
std::string missing_privilege(std::string_view message) {
    constexpr std::string_view before = " is missing ";
    const auto at = message.find(before);
    if (at == std::string_view::npos) return {};
    const auto name = message.substr(at + before.size());
    const auto end = name.find(" privilege ");
    if (end == std::string_view::npos || name.substr(0, 3) != "prv") return {};
    return std::string{name.substr(0, end)};
}

}  // namespace

Error error_of(const ApiReply& reply) {
    Error out;
    out.code = errc_of_status(reply.status);
    out.message = fmt::format("the server answered {}", reply.status);
    const auto document = nlohmann::json::parse(reply.text(), nullptr, false);
    if (document.is_object() && document.contains("error") && document["error"].is_object()) {
        const auto& error = document["error"];
        if (error.contains("message") && error["message"].is_string()) {
            out.message = error["message"].get<std::string>();
        }
        if (error.contains("code") && error["code"].is_string()) {
            const auto code = error["code"].get<std::string>();
            for (std::size_t i = 0; i < static_cast<std::size_t>(Errc::count_); ++i) {
                const auto& row = info(static_cast<Errc>(i));
                // Codes that several failures share say less than the status.
                if (row.dataverse_code == code && row.http_status == reply.status) {
                    out.code = row.code;
                    break;
                }
            }
        }
    }
    if (const auto privilege = missing_privilege(out.message); !privilege.empty()) {
        // Dataverse's own sentence is for its client libraries: ids, counts and type codes.
        out.message = fmt::format("the token's user lacks the privilege {}", privilege);
        out.hint =
            "an administrator can give the user, or a team of the user, a role that has it: "
            "docs/operations/first-agent.md";
    }
    if (out.code == Errc::unauthenticated) {
        out.hint =
            "the token in ROOKERY_TOKEN_FILE may have expired; make a new one with `rookery token "
            "create`";
    }
    return out;
}

std::string odata_literal(std::string_view text) {
    std::string doubled{"'"};
    for (const char c : text) {
        doubled.push_back(c);
        if (c == '\'') doubled.push_back(c);
    }
    doubled.push_back('\'');
    return percent_encode(doubled);
}

std::optional<Uuid> entity_id_of(const ApiReply& reply) {
    const auto* value = reply.header("OData-EntityId");
    if (value == nullptr) return std::nullopt;
    const auto open = value->rfind('(');
    if (open == std::string::npos || value->size() < open + 38) return std::nullopt;
    return Uuid::parse(std::string_view{*value}.substr(open + 1, 36));
}

WipedBuffer body_of(std::string_view text) {
    return {text.begin(), text.end()};
}

}  // namespace rookery::cli
