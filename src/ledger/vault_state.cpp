#include "ledger/vault_state.hpp"

#include "base/integrity_failure.hpp"
#include "ledger/claimed_keyring_epoch.hpp"

namespace rookery::ledger {
namespace {

// No table can have this name, so no row's tag can pass for the state row's.
constexpr std::string_view tag_table = "sv1.state";

constexpr std::size_t row_bytes = 218;
constexpr std::size_t clear_bytes = 86;

/// The fields that are in clear, and that the masks of the digests are made from.
void put_clear(
    StringWriter& out, const VaultState& state, const crypto::RowAuthenticator& authenticator
) {
    out.u16(VaultState::newest_format)
        .u64(state.access_epoch)
        .u64(state.versionnumber)
        .u64(state.live_rows)
        .u64(authenticator.keyring_epoch())
        .u64(state.log_size)
        .bytes(state.log_root)
        .u64(state.checkpoint_size)
        .u32(authenticator.digest_key_version());
}

Digest masked(const Digest& value, const Digest& mask) {
    Digest out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = static_cast<std::uint8_t>(value[i] ^ mask[i]);
    }
    return out;
}

/// Reads the format, of which there must be the newest.
Result<void> check_format(ByteReader& reader) {
    const auto format = reader.u16();
    if (reader.ok() && format > VaultState::newest_format) {
        return fail(
            Errc::newer_format,
            "this data directory was written by a newer rookery",
            "start it with the version that wrote it, or a later one"
        );
    }
    if (reader.ok() && format == 1) return fail(Errc::bad_state, "the state row is of format 1");
    if (!reader.ok() || format != VaultState::newest_format) return integrity_failure();
    return {};
}

}  // namespace

std::string encode(const VaultState& state, const crypto::RowAuthenticator& authenticator) {
    StringWriter out(row_bytes);
    put_clear(out, state, authenticator);
    std::uint8_t number = 0;
    for (const auto* digest : {&state.digest, &state.fact_digest, &state.outbox_digest}) {
        const auto mask = authenticator.state_mask(++number, out.view().first(clear_bytes));
        out.bytes(masked(digest->value(), mask));
    }
    out.u32(authenticator.active_key_version());
    out.bytes(authenticator.tag(crypto::RowKind::live, tag_table, Uuid{}, out.view()));
    return std::move(out).take();
}

Result<VaultState> decode(std::string_view stored, const crypto::RowAuthenticator& authenticator) {
    const auto bytes = bytes_of(stored);
    ByteReader reader(bytes);
    ROOKERY_CHECK(check_format(reader));
    VaultState state;
    state.access_epoch = reader.u64();
    state.versionnumber = reader.u64();
    state.live_rows = reader.u64();
    state.keyring_epoch = reader.u64();
    state.log_size = reader.u64();
    state.log_root = reader.array<32>();
    state.checkpoint_size = reader.u64();
    const auto digest_key = reader.u32();
    const auto clear = bytes.first(bytes.size() - reader.left());
    std::uint8_t number = 0;
    for (auto* digest : {&state.digest, &state.fact_digest, &state.outbox_digest}) {
        *digest = crypto::MultisetDigest(
            masked(reader.array<32>(), authenticator.state_mask(++number, clear))
        );
    }
    reader.u32();  // the row key's version, which the check below reads itself
    const auto body = bytes.first(bytes.size() - reader.left());
    const auto tag = reader.array<32>();
    if (!reader.done()) return integrity_failure();
    // Before the tag, whose key an older keyring may not have: nothing is done with it but to say so.
    if (state.keyring_epoch > authenticator.keyring_epoch()) {
        return fail(
            Errc::integrity,
            "the keyring is older than the vault: it has epoch " +
                std::to_string(authenticator.keyring_epoch()) +
                ", and the vault was written under epoch " + std::to_string(state.keyring_epoch),
            "put back the newest file 'keyring', and find out how the other came there"
        );
    }
    // The keyring's change is durable before the first state row under it.
    const bool keyring_moved_on = state.keyring_epoch < authenticator.keyring_epoch();
    ROOKERY_CHECK(authenticator.check_state(tag_table, body, tag, keyring_moved_on));
    if (digest_key != authenticator.digest_key_version()) return integrity_failure();
    return state;
}

Result<std::uint64_t> claimed_keyring_epoch(std::string_view stored) {
    ByteReader reader(bytes_of(stored));
    ROOKERY_CHECK(check_format(reader));
    reader.bytes(3 * sizeof(std::uint64_t));
    const auto epoch = reader.u64();
    if (!reader.ok() || stored.size() != row_bytes) return integrity_failure();
    return epoch;
}

Result<VaultState> decode_format_1(
    std::string_view stored, const crypto::RowAuthenticator& authenticator
) {
    const auto bytes = bytes_of(stored);
    ByteReader reader(bytes);
    const auto format = reader.u16();
    VaultState state;
    state.access_epoch = reader.u64();
    state.versionnumber = reader.u64();
    state.digest = crypto::MultisetDigest(reader.array<32>());
    state.fact_digest = crypto::MultisetDigest(reader.array<32>());
    state.log_size = reader.u64();
    state.log_root = reader.array<32>();
    reader.u32();  // the row key's version
    const auto body = bytes.first(bytes.size() - reader.left());
    const auto tag = reader.array<32>();
    if (!reader.done() || format != 1) return integrity_failure();
    ROOKERY_CHECK(authenticator.check_state(tag_table, body, tag, true));
    return state;
}

}  // namespace rookery::ledger
