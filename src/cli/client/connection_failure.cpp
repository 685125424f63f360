#include "cli/client/connection_failure.hpp"

#include "base/clock.hpp"
#include "base/file.hpp"
#include "cli/options/environment.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>

namespace rookery::cli {
namespace {

constexpr std::string_view name_authority = "name the vault's ca.pem with --ca or ROOKERY_CA";

struct Reason {
    long verify_result;
    std::string_view what;
    std::string_view hint;
    bool by_clock;  // a wrong clock of this machine looks the same
};

/// OpenSSL's numbers (x509_vfy.h), which libcurl passes on. They are part of its interface and do not change.
constexpr Reason reasons[] = {
    {9,
     "is not valid yet",
     "if that clock is right, the server's certificate was issued by one that is not",
     true},
    {10,
     "has expired",
     "if that clock is right, restart the server, which renews a certificate of its own",
     true},
    {18, "was signed by itself and by nobody that is trusted here", name_authority, false},
    {19, "leads to an authority that is not trusted here", name_authority, false},
    {20, "is from an authority that is not known here", name_authority, false},
    {21, "is from an authority that is not known here", name_authority, false},
    {62,
     "is for another name than this",
     "use a name that it has, or have one made that it is in: --name of `rookery init`, or "
     "[server] public_url",
     false},
    {64,
     "is for another address than this",
     "use a name that it has, or have one made that it is in: --name of `rookery init`, or "
     "[server] public_url",
     false},
};

std::string untrusted(const Reason& reason, std::string_view url) {
    auto out = fmt::format("the certificate of {} {}", url, reason.what);
    if (reason.by_clock) {
        out += fmt::format(
            ", by the clock of this machine, which says {}", to_iso8601(SystemClock{}.now())
        );
    }
    return out;
}

/// libcurl compares names itself, and says so only in words.
bool is_about_the_name(std::string_view detail) {
    return detail.find("subject name") != std::string_view::npos ||
           detail.find("subjectAltName") != std::string_view::npos;
}

const Reason* reason_of(const ConnectionOutcome& outcome) {
    const auto number = outcome.verify_result == 0 && is_about_the_name(outcome.detail)
                            ? 62
                            : outcome.verify_result;
    return std::ranges::find(reasons, number, &Reason::verify_result);
}

/// The variable that names the proxy; empty when there is none.
std::string_view proxy_of(const Connection& connection) {
    return is_loopback_url(connection.url) ? std::string_view{} : proxy_variable();
}

Error not_trusted(
    const ConnectionOutcome& outcome, const Connection& connection, std::string_view why
) {
    const auto* const reason = reason_of(outcome);
    if (reason != std::end(reasons)) {
        return {Errc::unavailable, untrusted(*reason, connection.url), std::string{reason->hint}};
    }
    return {
        Errc::unavailable,
        fmt::format("the certificate of {} is not trusted: {}", connection.url, why),
        std::string{name_authority}};
}

}  // namespace

Error connection_failure(const ConnectionOutcome& outcome, const Connection& connection) {
    const auto code = static_cast<CURLcode>(outcome.code);
    const auto proxy = proxy_of(connection);
    // About a proxy libcurl repeats what the variable says, with the password in it.
    const std::string why =
        *outcome.detail != '\0' && proxy.empty() ? outcome.detail : curl_easy_strerror(code);
    const auto by_proxy = proxy.empty() ? std::string{}
                                        : fmt::format(
                                              "the request goes through the proxy that ${} names: "
                                              "is it right, and does it let this one through? "
                                              "NO_PROXY leaves hosts out",
                                              proxy
                                          );
    switch (code) {
        case CURLE_PEER_FAILED_VERIFICATION:
            return not_trusted(outcome, connection, why);
        case CURLE_SSL_CACERT_BADFILE:
            return {
                Errc::unavailable,
                fmt::format("the authority {} cannot be used: {}", connection.ca.string(), why),
                std::string{name_authority}};
        case CURLE_SSL_CONNECT_ERROR:
            return {
                Errc::unavailable,
                fmt::format("{} does not speak TLS as Rookery does: {}", connection.url, why),
                proxy.empty() ? "is it a Rookery that listens there, and is the port right?"
                              : by_proxy};
        case CURLE_OPERATION_TIMEDOUT:
            return {
                Errc::deadline, fmt::format("{} did not answer in time", connection.url), by_proxy};
        default:
            return {
                Errc::unavailable,
                fmt::format("cannot reach {}: {}", connection.url, why),
                proxy.empty() ? "is the server running, and is ROOKERY_URL or --url right?"
                              : by_proxy};
    }
}

bool is_lasting(const ConnectionOutcome& outcome) {
    if (outcome.code == CURLE_SSL_CACERT_BADFILE) return true;
    if (outcome.code != CURLE_PEER_FAILED_VERIFICATION) return false;
    const auto* const reason = reason_of(outcome);
    return reason == std::end(reasons) || !reason->by_clock;
}

Result<void> check_authority(const std::filesystem::path& ca) {
    if (ca.empty()) return {};
    const Descriptor file(::open(ca.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file.ok() && (errno == ENOENT || errno == ENOTDIR)) {
        return fail(
            Errc::not_found,
            fmt::format("there is no file {}, which --ca or ROOKERY_CA names", ca.string()),
            "copy the vault's ca.pem there, or name the place where it is"
        );
    }
    if (!file.ok()) return io_error("cannot open the authority", ca, errno);
    constexpr std::string_view begin = "-----BEGIN ";
    std::array<char, 64 << 10> content{};
    const auto size = ::read(file.get(), content.data(), content.size());
    if (size < 0) return io_error("cannot read the authority", ca, errno);
    const std::string_view text(content.data(), static_cast<std::size_t>(size));
    if (text.find(begin) != std::string_view::npos) return {};
    return fail(
        Errc::usage,
        fmt::format("{} holds no certificate in PEM", ca.string()),
        std::string{name_authority}
    );
}

}  // namespace rookery::cli
