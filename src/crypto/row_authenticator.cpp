#include "crypto/row_authenticator.hpp"

#include "base/integrity_failure.hpp"
#include "crypto/hash.hpp"
#include "crypto/sealed_object.hpp"

#include <stdexcept>

namespace rookery::crypto {
namespace {

/// The row key's version: the body's last four bytes. 0, which no key has, for a shorter body.
std::uint32_t key_version_of(ByteView body) {
    return body.size() < 4 ? 0 : ByteReader(body.last(4)).u32();
}

std::string_view label_of(RowKind kind) {
    switch (kind) {
        case RowKind::tombstone:
            return "sv1.tomb";
        case RowKind::kept:
            return "sv1.kept";
        case RowKind::retained:
            return "sv1.retained";
        case RowKind::live:
            break;
    }
    return "sv1.row";
}

}  // namespace

Digest RowAuthenticator::compute(
    const RowKey& key, RowKind kind, std::string_view table, const Uuid& id, ByteView body
) const {
    return KeyedHash(key)
        .lp(label_of(kind))
        .bytes(keyring_.vault().bytes)
        .lp(table)
        .lp(ByteView{id.bytes})
        .bytes(body)
        .digest();
}

Digest RowAuthenticator::tag(
    RowKind kind, std::string_view table, const Uuid& id, ByteView canonical_body
) const {
    const auto& row_key = keyring_.active<Purpose::row>();
    if (key_version_of(canonical_body) != row_key.name.version) {
        throw std::logic_error("row tag: the body does not name the active row key");
    }
    return compute(row_key.key, kind, table, id, canonical_body);
}

Result<void> RowAuthenticator::check(
    RowKind kind, std::string_view table, const Uuid& id, ByteView canonical_body, ByteView tag
) const {
    const auto* row_key =
        keyring_.find<Purpose::row>(key_version_of(canonical_body), KeyUse::check);
    if (row_key == nullptr ||
        !constant_time_equal(compute(row_key->key, kind, table, id, canonical_body), tag)) {
        return integrity_failure();
    }
    return {};
}

Result<void> RowAuthenticator::check_state(
    std::string_view table, ByteView body, ByteView tag, bool under_predecessor
) const {
    const auto version = key_version_of(body);
    const auto* row_key = keyring_.find<Purpose::row>(version, KeyUse::state_row);
    if (row_key == nullptr || (version != active_key_version() && !under_predecessor) ||
        !constant_time_equal(compute(row_key->key, RowKind::live, table, Uuid{}, body), tag)) {
        return integrity_failure();
    }
    return {};
}

Digest RowAuthenticator::state_mask(std::uint8_t number, ByteView rest) const {
    return KeyedHash(keyring_.active<Purpose::digest>().key)
        .lp("sv1.statemask")
        .bytes(keyring_.vault().bytes)
        .u8(number)
        .bytes(rest)
        .digest();
}

Digest RowAuthenticator::outbox_summand(std::string_view key, std::string_view value) const {
    return KeyedHash(keyring_.active<Purpose::digest>().key)
        .lp("sv1.outsum")
        .bytes(keyring_.vault().bytes)
        .lp(key)
        .lp(value)
        .digest();
}

Digest RowAuthenticator::summand(
    std::string_view label, std::uint16_t table, const Uuid& id, std::uint64_t row_version,
    ByteView rest
) const {
    return KeyedHash(keyring_.active<Purpose::digest>().key)
        .lp(label)
        .bytes(keyring_.vault().bytes)
        .u16(table)
        .bytes(id.bytes)
        .u64(row_version)
        .bytes(rest)
        .digest();
}

Digest RowAuthenticator::digest_summand(
    std::uint16_t table, const Uuid& id, std::uint64_t row_version, ByteView tag_and_trailer
) const {
    return summand("sv1.rowtotal", table, id, row_version, tag_and_trailer);
}

Digest RowAuthenticator::digest_summand_format_1(
    std::uint16_t table, const Uuid& id, std::uint64_t row_version, const Digest& tag
) const {
    return summand("sv1.rowsum", table, id, row_version, tag);
}

}  // namespace rookery::crypto
