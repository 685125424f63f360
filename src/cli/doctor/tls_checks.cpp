// The server's certificate and its key.
#include "base/file.hpp"
#include "base/https_url.hpp"
#include "cli/config/endpoint.hpp"
#include "cli/config/tls_key.hpp"
#include "cli/doctor/check.hpp"
#include "http/certificate_authority.hpp"
#include "http/certificate_facts.hpp"

#include <fmt/format.h>

#include <vector>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

bool has_own_certificate(const Subject& subject) { return subject.config.tls_certificate.empty(); }

/// What a client puts into its URL, as far as the configuration says.
std::vector<std::string> hosts_of(const Subject& subject) {
    if (const auto url = parse_https_url(subject.config.public_url)) {
        return {std::string{url->host()}};
    }
    const auto endpoint = parse_endpoint(subject.config.listen);
    if (subject.config_file.empty() || !endpoint || is_unspecified(*endpoint)) return {};
    return {endpoint->address};
}

Diagnosis look_at_key(const Subject& subject) {
    if (!subject.config.tls_key_credential.empty()) {
        return look_at_credential(subject.config.tls_key_credential);
    }
    if (has_own_certificate(subject) && subject.data.empty())
        return left_out("no data directory is known");
    const auto own = has_own_certificate(subject);
    const auto file = own ? subject.data / "tls" / "server.key" : subject.config.tls_key;
    const auto checked =
        check_private_file(file, own ? PrivateFileKind::own : PrivateFileKind::handed_over);
    if (!checked && own && checked.error().code == Errc::not_found) {
        return healthy("the next start makes one");
    }
    if (!checked) return failed_check(checked.error());
    const auto beside = tls_key_warnings(file, subject.data);
    if (!beside.empty()) return warned(beside.front(), "docs/cli.md says where a key can lie");
    return healthy(fmt::format("{} is private", file.string()));
}

Diagnosis look_at_certificate(const Subject& subject) {
    const bool own = has_own_certificate(subject);
    if (own && subject.data.empty()) return left_out("no data directory is known");
    const auto file = own ? subject.data / "tls" / "server.pem" : subject.config.tls_certificate;
    std::error_code unknown;
    if (own && !fs::exists(file, unknown)) return healthy("the next start issues one");
    const auto facts = http::certificate_facts(file, hosts_of(subject));
    if (!facts) {
        return failed_check(
            facts.error().message,
            own ? fmt::format("remove {} and restart the server", file.string())
                : "let tls.certificate name a PEM file that the server can read"
        );
    }
    const auto now = subject.machine.clock.now();
    const auto found = fmt::format(
        "valid until {}, for {}", to_iso8601(facts->until), fmt::join(facts->names, " ")
    );
    const std::string restart = "restart the server: it issues a new one";
    if (facts->from > now) {
        return failed_check(
            fmt::format("not valid before {}", to_iso8601(facts->from)),
            "is the clock right? date -u"
        );
    }
    if (facts->until <= now || facts->until - now < http::server_certificate_renewal) {
        if (own) return warned(found, restart);
        const std::string renew = fmt::format("put a new one into {}", file.string());
        return facts->until <= now ? failed_check(found, renew) : warned(found, renew);
    }
    if (facts->not_served.empty()) return healthy(found);
    const auto missing = fmt::format("{}; not for {}", found, fmt::join(facts->not_served, " "));
    if (own) return warned(missing, restart);
    return failed_check(
        missing, "set server.public_url to a name of the certificate, or get another"
    );
}

constexpr Check tls_check_rows[] = {
    {"TLS key", look_at_key},
    {"certificate", look_at_certificate},
};

}  // namespace

std::span<const Check> tls_checks() { return tls_check_rows; }

}  // namespace rookery::cli
