// The names that a server certificate carries (subjectAltName, RFC 5280 section 4.2.1.6): read from one,
// read from text, and asked for a host. For certificate_authority.cpp, transport.cpp and server.cpp.
#pragma once

#include "base/bytes.hpp"

#include <openssl/x509v3.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::http {

inline constexpr std::size_t dns_name_bytes_max = 253;

/// GEN_DNS with lower-case text, or GEN_IPADD with 4 or 16 bytes.
struct CertificateName {
    int kind = GEN_DNS;
    Bytes bytes;

    friend bool operator==(const CertificateName&, const CertificateName&) = default;
};

using CertificateNames = std::vector<CertificateName>;

/// Of a DNS name without wildcards, or an IP address without brackets; nothing when it is neither.
[[nodiscard]] std::optional<CertificateName> read_certificate_name(std::string_view text);
[[nodiscard]] std::string text_of(const CertificateName& name);

/// Each once; names of other kinds are left out.
[[nodiscard]] CertificateNames names_of(const X509* certificate);
[[nodiscard]] bool contains(const CertificateNames& names, const CertificateName& name);

/// Whether the host is one of the names themselves.
[[nodiscard]] bool carries(const CertificateNames& names, std::string_view host);

/// Whether a client that trusts the certificate accepts it for this host: a DNS name, where "*." at the
/// beginning of a certificate's name stands for one label (RFC 6125 section 6.4.3), or an IP address.
[[nodiscard]] bool serves(const CertificateNames& names, std::string_view host);

}  // namespace rookery::http
