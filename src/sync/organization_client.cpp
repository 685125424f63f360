#include "sync/organization_client.hpp"

#include "base/http_message.hpp"
#include "sync/header_lines.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace rookery::sync {
namespace {

constexpr std::size_t kept_header_bytes_max = 2048;

struct Transfer {
    std::string_view method;
    const std::function<bool()>* stopping = nullptr;
    Answer answer;
    std::size_t header_bytes = 0;
    unsigned sendings = 0;
    bool too_large = false;
};

void keep_header(Answer& answer, std::string_view line) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return;
    const auto name = line.substr(0, colon);
    auto value = line.substr(colon + 1);
    while (!value.empty() && std::strchr(" \t\r\n", value.back()) != nullptr)
        value.remove_suffix(1);
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t'))
        value.remove_prefix(1);
    if (value.size() > kept_header_bytes_max) return;
    if (http::same_header_name(name, "retry-after")) {
        answer.retry_after = value;
    } else if (http::same_header_name(name, "www-authenticate") && answer.authenticate.empty() &&
               http::same_header_name(value.substr(0, 7), "bearer ")) {
        answer.authenticate = value;
    }
}

extern "C" std::size_t rookery_sync_take_body(
    char* data, std::size_t size, std::size_t n, void* to
) {
    auto& transfer = *static_cast<Transfer*>(to);
    auto& body = transfer.answer.body;
    if (body.size() + size * n > answer_bytes_max) {
        transfer.too_large = true;
        return 0;
    }
    body.insert(body.end(), data, data + size * n);
    return size * n;
}

extern "C" std::size_t rookery_sync_take_header(
    char* data, std::size_t size, std::size_t n, void* to
) {
    auto& transfer = *static_cast<Transfer*>(to);
    transfer.header_bytes += size * n;  // of interim answers too: those may be without end
    if (transfer.header_bytes > answer_header_bytes_max) {
        transfer.too_large = true;
        return 0;
    }
    const std::string_view line{data, size * n};
    if (line.substr(0, 5) == "HTTP/") {
        transfer.answer.retry_after.clear();
        transfer.answer.authenticate.clear();
    } else {
        keep_header(transfer.answer, line);
    }
    return size * n;
}

/// Counts how often the request's head left: libcurl sends it again, unasked, when a connection that
/// it had kept ends without an answer.
extern "C" int rookery_sync_count_sendings(
    CURL*, curl_infotype type, char* data, std::size_t size, void* to
) {
    auto& transfer = *static_cast<Transfer*>(to);
    if (type == CURLINFO_HEADER_OUT &&
        std::string_view{data, size}.substr(0, transfer.method.size()) == transfer.method) {
        ++transfer.sendings;
    }
    return 0;
}

extern "C" int rookery_sync_may_go_on(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return (*static_cast<Transfer*>(of)->stopping)() ? 1 : 0;
}

std::string_view words_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return "its name cannot be resolved";
        case CURLE_COULDNT_CONNECT:
            return "it does not take the connection";
        case CURLE_OPERATION_TIMEDOUT:
            return "it did not answer in time";
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
            return "its certificate is not trusted";
        case CURLE_SSL_CONNECT_ERROR:
            return "it does not speak TLS as it should";
        case CURLE_ABORTED_BY_CALLBACK:
            return "the server stops";
        default:
            return "the connection broke";
    }
}

}  // namespace

bool is_etag(std::string_view text) {
    constexpr std::size_t bytes_max = 128;
    if (text.size() > bytes_max) return false;
    if (text.substr(0, 2) == "W/") text.remove_prefix(2);
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    return std::all_of(text.begin(), text.end(), [](char c) {
        return c > 0x20 && c < 0x7F && c != '"';
    });
}

struct OrganizationClient::Impl {
    OrganizationOptions options;
    std::function<bool()> stopping;
    std::unique_ptr<CURL, void (*)(CURL*)> curl{nullptr, curl_easy_cleanup};

    /// What no call may change.
    void set_rules(Transfer& transfer) const {
        auto* handle = curl.get();
        curl_easy_reset(handle);  // options only: the connection stays open
        curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https");
        curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "https");
        curl_easy_setopt(handle, CURLOPT_PROXY, "");  // none of the environment's either
        curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
        curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
        curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
        curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
        curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
        curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
        if (!options.ca_file.empty()) {
            curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
            curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
        }
        curl_easy_setopt(
            handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect.count())
        );
        curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.request.count()));
        curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, 60L);
        curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
        curl_easy_setopt(handle, CURLOPT_USERAGENT, "rookery/" ROOKERY_VERSION);
        curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, rookery_sync_take_body);
        curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
        curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, rookery_sync_take_header);
        curl_easy_setopt(handle, CURLOPT_HEADERDATA, &transfer);
        curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, rookery_sync_may_go_on);
        curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
        curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);  // for the callback, which prints nothing
        curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, rookery_sync_count_sendings);
        curl_easy_setopt(handle, CURLOPT_DEBUGDATA, &transfer);
    }

    Answer perform(Transfer& transfer, const std::string& url, HeaderLines& lines, ByteView body) {
        auto* handle = curl.get();
        auto& answer = transfer.answer;
        if (!lines.complete()) {
            answer.trouble = "there is no memory for a request";
            return std::move(answer);
        }
        if (stopping()) {
            answer.stopped = true;
            answer.trouble = words_of(CURLE_ABORTED_BY_CALLBACK);
            return std::move(answer);
        }
        const std::string verb{transfer.method};
        curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
        curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, verb.c_str());
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines.get());
        if (!body.empty()) {
            curl_easy_setopt(
                handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size())
            );
            curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.data());  // not copied
        }
        const auto code = curl_easy_perform(handle);
        long sent_bytes = 0;
        long status = 0;
        curl_easy_getinfo(handle, CURLINFO_REQUEST_SIZE, &sent_bytes);
        curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
        curl_easy_setopt(handle, CURLOPT_HTTPHEADER, nullptr);
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, nullptr);

        answer.stopped = code == CURLE_ABORTED_BY_CALLBACK;
        if (code == CURLE_OK && status > 0 && transfer.sendings == 1) {
            answer.arrival = Arrival::answered;
            answer.status = static_cast<int>(status);
            return std::move(answer);
        }
        answer.arrival =
            sent_bytes == 0 && transfer.sendings == 0 ? Arrival::not_sent : Arrival::unknown;
        answer.repeated = code == CURLE_OK && transfer.sendings > 1;
        answer.trouble = transfer.too_large ? "its answer is too large" : words_of(code);
        answer.body.clear();
        return std::move(answer);
    }
};

OrganizationClient::OrganizationClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

OrganizationClient::~OrganizationClient() = default;
OrganizationClient::OrganizationClient(OrganizationClient&&) noexcept = default;
OrganizationClient& OrganizationClient::operator=(OrganizationClient&&) noexcept = default;

Result<OrganizationClient> OrganizationClient::open(
    OrganizationOptions options, std::function<bool()> stopping
) {
    static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);  // once, thread-safe
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    impl->stopping = std::move(stopping);
    impl->curl.reset(started == CURLE_OK ? curl_easy_init() : nullptr);
    if (impl->curl == nullptr) return fail(Errc::internal, "libcurl cannot start");
    return OrganizationClient(std::move(impl));
}

Answer OrganizationClient::call(
    std::string_view method, std::string_view path, const SecretBytes* authorization,
    const Condition& condition, std::string_view body
) {
    Transfer transfer;
    transfer.method = method;
    transfer.stopping = &impl_->stopping;
    impl_->set_rules(transfer);
    HeaderLines lines;
    if (authorization != nullptr) {
        authorization->expose([&](ByteView line) { lines.add(text_of(line).data()); });
    }
    for (const char* const line :
         {"Accept: application/json", "OData-Version: 4.0", "OData-MaxVersion: 4.0", "Expect:"}) {
        lines.add(line);
    }
    if (!body.empty()) lines.add("Content-Type: application/json; charset=utf-8");
    if (condition.kind != Condition::Kind::none) {
        const auto* const name =
            condition.kind == Condition::Kind::match ? "If-Match: " : "If-None-Match: ";
        lines.add((name + condition.tag).c_str());
    }
    const auto url = impl_->options.origin + std::string{path};
    return impl_->perform(transfer, url, lines, bytes_of(body));
}

Answer OrganizationClient::post_form(const std::string& url, const SecretBytes& form) {
    Transfer transfer;
    transfer.method = "POST";
    transfer.stopping = &impl_->stopping;
    impl_->set_rules(transfer);
    HeaderLines lines;
    lines.add("Accept: application/json");
    lines.add("Content-Type: application/x-www-form-urlencoded");
    lines.add("Expect:");
    return form.expose([&](ByteView body) { return impl_->perform(transfer, url, lines, body); });
}

}  // namespace rookery::sync
