#include "http/certificate_facts.hpp"

#include "http/certificate_name.hpp"
#include "http/pem.hpp"

#include <openssl/asn1.h>

#include <chrono>
#include <ctime>

namespace rookery::http {
namespace {

/// The beginning of all time for a date that is none: it makes a certificate look expired, not valid.
Instant instant_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::from_time_t(::timegm(&parts))
    );
}

}  // namespace

Result<CertificateFacts> certificate_facts(
    const std::filesystem::path& file, const std::vector<std::string>& hosts
) {
    ROOKERY_TRY(const auto certificate, read_certificate(file));
    const auto names = names_of(certificate.get());
    CertificateFacts out;
    out.from = instant_of(X509_get0_notBefore(certificate.get()));
    out.until = instant_of(X509_get0_notAfter(certificate.get()));
    for (const auto& name : names) out.names.push_back(text_of(name));
    for (const auto& host : hosts) {
        if (!serves(names, host)) out.not_served.push_back(host);
    }
    return out;
}

}  // namespace rookery::http
