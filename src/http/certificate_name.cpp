#include "http/certificate_name.hpp"

#include "http/pem.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <iterator>
#include <memory>

namespace rookery::http {
namespace {

using NamesPtr = std::unique_ptr<GENERAL_NAMES, FreeWith<&GENERAL_NAMES_free>>;

std::uint8_t lower(std::uint8_t c) {
    return static_cast<std::uint8_t>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

std::optional<Bytes> ip_address(const std::string& name) {
    Bytes address(16);
    if (::inet_pton(AF_INET6, name.c_str(), address.data()) == 1) return address;
    address.resize(4);
    if (::inet_pton(AF_INET, name.c_str(), address.data()) == 1) return address;
    return std::nullopt;
}

bool is_dns_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    };
    return !name.empty() && name.size() <= dns_name_bytes_max && name.front() != '.' &&
           name.front() != '-' && name.find("..") == std::string_view::npos &&
           std::ranges::all_of(name, allowed);
}

/// A misspelt IPv4 address: no top-level domain is a number.
bool ends_in_number(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    const auto label = name.substr(name.rfind('.') + 1);
    return !label.empty() && label.find_first_not_of("0123456789") == std::string_view::npos;
}

CertificateName dns_name(ByteView text) {
    CertificateName name;
    std::ranges::transform(text, std::back_inserter(name.bytes), lower);
    return name;
}

}  // namespace

std::optional<CertificateName> read_certificate_name(std::string_view text) {
    if (auto address = ip_address(std::string{text})) return CertificateName{GEN_IPADD, *address};
    if (!is_dns_name(text) || ends_in_number(text)) return std::nullopt;
    return dns_name(bytes_of(text));
}

std::string text_of(const CertificateName& name) {
    if (name.kind == GEN_DNS) return std::string{rookery::text_of(name.bytes)};
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = name.bytes.size() == 4 ? AF_INET : AF_INET6;
    return ::inet_ntop(family, name.bytes.data(), text.data(), text.size());
}

CertificateNames names_of(const X509* certificate) {
    CertificateNames names;
    const NamesPtr held{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)
    )};
    for (int i = 0; i < sk_GENERAL_NAME_num(held.get()); ++i) {
        int kind = 0;
        const auto* const value = static_cast<const ASN1_STRING*>(
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(held.get(), i), &kind)
        );
        if (kind != GEN_DNS && kind != GEN_IPADD) continue;
        const ByteView bytes{
            ASN1_STRING_get0_data(value), static_cast<std::size_t>(ASN1_STRING_length(value))};
        const bool well_formed = kind == GEN_IPADD ? bytes.size() == 4 || bytes.size() == 16
                                                   : bytes.size() <= dns_name_bytes_max;
        auto name = kind == GEN_DNS ? dns_name(bytes)
                                    : CertificateName{kind, Bytes(bytes.begin(), bytes.end())};
        if (well_formed && !contains(names, name)) names.push_back(std::move(name));
    }
    return names;
}

bool contains(const CertificateNames& names, const CertificateName& name) {
    return std::ranges::find(names, name) != names.end();
}

bool carries(const CertificateNames& names, std::string_view host) {
    const auto name = read_certificate_name(host);
    return name && contains(names, *name);
}

bool serves(const CertificateNames& names, std::string_view host) {
    if (carries(names, host)) return true;
    const auto name = read_certificate_name(host);
    const auto dot = host.find('.');
    if (!name || name->kind != GEN_DNS || dot == std::string_view::npos) return false;
    return contains(names, dns_name(bytes_of("*" + std::string{host.substr(dot)})));
}

}  // namespace rookery::http
