#include "http/certificate_authority.hpp"

#include "base/file.hpp"
#include "base/integrity_failure.hpp"
#include "http/certificate_name.hpp"
#include "http/pem.hpp"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <unistd.h>

namespace rookery::http {
namespace {

using NamePtr = std::unique_ptr<GENERAL_NAME, FreeWith<&GENERAL_NAME_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, FreeWith<&GENERAL_NAMES_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, FreeWith<&X509_EXTENSION_free>>;
using SerialPtr = std::unique_ptr<BIGNUM, FreeWith<&BN_free>>;

/// Clients' clocks may be behind.
constexpr std::chrono::minutes backdated{10};

tl::unexpected<Error> openssl_failed(const char* what) {
    ERR_clear_error();
    return fail(Errc::internal, std::string{"OpenSSL cannot "} + what + ".");
}

std::vector<std::string> texts_of(const CertificateNames& names) {
    std::vector<std::string> texts;
    for (const auto& name : names) texts.push_back(text_of(name));
    return texts;
}

/// Each name once, in the order given.
Result<CertificateNames> read_names(const std::vector<std::string>& texts) {
    CertificateNames names;
    for (const auto& text : texts) {
        auto name = read_certificate_name(text);
        if (!name) {
            return fail(
                Errc::usage,
                "'" + text + "' is neither a DNS name nor an IP address.",
                text.starts_with("*.") ? "name each host: wildcards are not issued" : ""
            );
        }
        if (!contains(names, *name)) names.push_back(std::move(*name));
    }
    if (names.empty()) return fail(Errc::usage, "A server certificate needs a name.");
    if (names.size() > server_names_max) {
        return fail(
            Errc::usage,
            "A server certificate carries at most " + std::to_string(server_names_max) + " names."
        );
    }
    return names;
}

Result<NamesPtr> general_names(const CertificateNames& names) {
    NamesPtr out{GENERAL_NAMES_new()};
    for (const auto& name : names) {
        NamePtr entry{GENERAL_NAME_new()};
        auto* const text = name.kind == GEN_IPADD ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
        if (!out || !entry || text == nullptr ||
            ASN1_STRING_set(text, name.bytes.data(), static_cast<int>(name.bytes.size())) != 1) {
            return openssl_failed("make a certificate's names");
        }
        GENERAL_NAME_set0_value(entry.get(), name.kind, text);
        if (sk_GENERAL_NAME_push(out.get(), entry.get()) <= 0) {
            return openssl_failed("make a certificate's names");
        }
        static_cast<void>(entry.release());  // the stack owns it now
    }
    return out;
}

/// What is wanted now, after the names there were. Beyond the bound those go that came last and are
/// not wanted: a machine that changes its name at each start must not push out what `init` was given.
CertificateNames merged(const CertificateNames& old, const CertificateNames& wanted) {
    CertificateNames names;
    for (const auto& name : old) {
        if (names.size() + wanted.size() >= server_names_max) break;
        if (!contains(wanted, name)) names.push_back(name);
    }
    names.insert(names.end(), wanted.begin(), wanted.end());
    return names;
}

Result<PkeyPtr> new_key() {
    PkeyPtr key{EVP_EC_gen("P-256")};
    if (!key) return openssl_failed("make a key");
    return key;
}

bool add_extension(X509* certificate, X509* issuer, int kind, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value)};
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_times(X509* certificate, Instant now, std::chrono::days validity) {
    const auto seconds = [](Instant t) { return static_cast<std::time_t>(to_ms(t) / 1000); };
    return ASN1_TIME_set(X509_getm_notBefore(certificate), seconds(now - backdated)) != nullptr &&
           ASN1_TIME_set(X509_getm_notAfter(certificate), seconds(now + validity)) != nullptr;
}

bool set_serial(X509* certificate) {
    const SerialPtr serial{BN_new()};
    return serial && BN_rand(serial.get(), 127, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
           BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_common_name(X509_NAME* name, const std::string& text) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.c_str());
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1;
}

Result<X509Ptr> new_authority(EVP_PKEY* key, Instant now) {
    X509Ptr certificate{X509_new()};
    if (!certificate) return openssl_failed("make a certificate");
    auto* const it = certificate.get();
    auto* const subject = X509_get_subject_name(it);
    const bool made = X509_set_version(it, X509_VERSION_3) == 1 && set_serial(it) &&
                      set_times(it, now, authority_validity) &&
                      set_common_name(subject, "Rookery local authority") &&
                      X509_set_issuer_name(it, subject) == 1 && X509_set_pubkey(it, key) == 1 &&
                      add_extension(it, it, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                      add_extension(it, it, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      add_extension(it, it, NID_subject_key_identifier, "hash") &&
                      X509_sign(it, key, EVP_sha256()) > 0;
    if (!made) return openssl_failed("make a certificate");
    return certificate;
}

Result<X509Ptr> new_server_certificate(
    EVP_PKEY* key, X509* authority, EVP_PKEY* authority_key, const CertificateNames& names,
    Instant now
) {
    ROOKERY_TRY(const auto alternative, general_names(names));
    X509Ptr certificate{X509_new()};
    if (!certificate) return openssl_failed("make a certificate");
    auto* const it = certificate.get();
    // A common name holds 64 characters at most; clients look at the alternative names only.
    const bool made =
        X509_set_version(it, X509_VERSION_3) == 1 && set_serial(it) &&
        set_times(it, now, server_certificate_validity) &&
        set_common_name(X509_get_subject_name(it), text_of(names.front()).substr(0, 64)) &&
        X509_set_issuer_name(it, X509_get_subject_name(authority)) == 1 &&
        X509_set_pubkey(it, key) == 1 &&
        add_extension(it, authority, NID_basic_constraints, "critical,CA:FALSE") &&
        add_extension(it, authority, NID_key_usage, "critical,digitalSignature") &&
        add_extension(it, authority, NID_ext_key_usage, "serverAuth") &&
        add_extension(it, authority, NID_subject_key_identifier, "hash") &&
        add_extension(it, authority, NID_authority_key_identifier, "keyid:always") &&
        X509_add1_ext_i2d(it, NID_subject_alt_name, alternative.get(), 0, X509V3_ADD_DEFAULT) ==
            1 &&
        X509_sign(it, authority_key, EVP_sha256()) > 0;
    if (!made) return openssl_failed("make a certificate");
    return certificate;
}

template <class Object>
Result<void> write_pem(const std::filesystem::path& path, FileMode mode, Object* object) {
    const auto text = pem_of(object);
    if (!text) return openssl_failed("write PEM");
    return replace_file(path, content_of(text), mode);
}

Result<void> write_key(const std::filesystem::path& path, EVP_PKEY* key) {
    return write_pem(path, FileMode::owner_only, key);
}

Result<void> write_certificate(const std::filesystem::path& path, X509* certificate) {
    return write_pem(path, FileMode::world_readable, certificate);
}

struct Authority {
    X509Ptr certificate;
    PkeyPtr key;
};

Result<Authority> ensure_authority(const std::filesystem::path& folder, Instant now) {
    const auto certificate_file = folder / "ca.pem";
    const auto key_file = folder / "ca.key";
    std::error_code ignored;
    if (!std::filesystem::exists(certificate_file, ignored)) {
        ROOKERY_TRY(auto key, new_key());
        ROOKERY_TRY(auto certificate, new_authority(key.get(), now));
        // The certificate last: a crash between the two leaves nothing that anybody trusts.
        ROOKERY_CHECK(write_key(key_file, key.get()));
        ROOKERY_CHECK(write_certificate(certificate_file, certificate.get()));
        return Authority{std::move(certificate), std::move(key)};
    }
    ROOKERY_TRY(auto certificate, read_certificate(certificate_file));
    ROOKERY_TRY(auto key, read_private_key(key_file));
    if (X509_check_private_key(certificate.get(), key.get()) != 1) {
        ERR_clear_error();
        return integrity_failure(
            certificate_file.string() + " and " + key_file.string() + " do not belong together."
        );
    }
    return Authority{std::move(certificate), std::move(key)};
}

bool issued_by(const Authority& authority, X509* certificate) {
    const bool issued = X509_verify(certificate, authority.key.get()) == 1;
    ERR_clear_error();
    return issued;
}

bool still_good(X509* certificate, EVP_PKEY* key, Instant now) {
    auto end = static_cast<std::time_t>(to_ms(now + server_certificate_renewal) / 1000);
    const bool good = X509_check_private_key(certificate, key) == 1 &&
                      X509_cmp_time(X509_get0_notAfter(certificate), &end) > 0;
    ERR_clear_error();
    return good;
}

}  // namespace

Result<ServerCertificate> ensure_server_certificate(
    const std::filesystem::path& folder, const std::vector<std::string>& names, Instant now
) {
    ROOKERY_TRY(const auto wanted, read_names(names));
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return fail(Errc::io, "cannot create " + folder.string() + ": " + error.message());

    ServerCertificate out{
        folder / "ca.pem", folder / "server.pem", folder / "server.key", false, {}};
    ROOKERY_TRY(const auto authority, ensure_authority(folder, now));
    CertificateNames held;
    if (std::filesystem::exists(out.certificate, error)) {
        ROOKERY_TRY(const auto certificate, read_certificate(out.certificate));
        if (issued_by(authority, certificate.get())) held = names_of(certificate.get());
        const bool whole =
            std::ranges::all_of(wanted, [&](const auto& name) { return contains(held, name); });
        if (whole && std::filesystem::exists(out.key, error)) {
            ROOKERY_TRY(const auto key, read_private_key(out.key));
            if (still_good(certificate.get(), key.get(), now)) {
                out.names = texts_of(held);
                return out;
            }
        }
    }
    const auto names_now = merged(held, wanted);
    ROOKERY_TRY(const auto key, new_key());
    ROOKERY_TRY(
        const auto certificate,
        new_server_certificate(
            key.get(), authority.certificate.get(), authority.key.get(), names_now, now
        )
    );
    // A crash between the two leaves a pair that does not fit; the next start makes a new one.
    ROOKERY_CHECK(write_key(out.key, key.get()));
    ROOKERY_CHECK(write_certificate(out.certificate, certificate.get()));
    out.renewed = true;
    out.names = texts_of(names_now);
    return out;
}

std::vector<std::string> local_names() {
    std::vector<std::string> names{"127.0.0.1", "::1", "localhost"};
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) == 0) {
        const std::string name{host.data()};
        if (read_certificate_name(name) && std::ranges::find(names, name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace rookery::http
