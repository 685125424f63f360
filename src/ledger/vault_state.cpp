#include "ledger/vault_state.hpp"

namespace rookery::ledger {
namespace {

// No table can have this name, so no row's tag can pass for the state row's.
constexpr std::string_view tag_table = "sv1.state";

}  // namespace

std::string encode(const VaultState& state, const crypto::RowAuthenticator& authenticator) {
    ByteWriter out(192);
    out.u16(state.store_format)
        .u64(state.access_epoch)
        .u64(state.versionnumber)
        .bytes(state.digest.value())
        .bytes(state.fact_digest.value())
        .u64(state.log_size)
        .bytes(state.log_root)
        .u32(authenticator.active_key_version());
    out.bytes(authenticator.tag(crypto::RowKind::live, tag_table, Uuid{}, out.view()));
    return std::move(out).take_string();
}

Result<VaultState> decode(
    std::string_view stored, const crypto::RowAuthenticator& authenticator
) {
    const auto bytes = bytes_of(stored);
    ByteReader reader(bytes);
    VaultState state;
    state.store_format = reader.u16();
    if (reader.ok() && state.store_format > VaultState::newest_format) {
        return fail(
            Errc::newer_format, "this data directory was written by a newer rookery",
            "start it with the version that wrote it, or a later one"
        );
    }
    state.access_epoch = reader.u64();
    state.versionnumber = reader.u64();
    state.digest = crypto::MultisetDigest(reader.array<32>());
    state.fact_digest = crypto::MultisetDigest(reader.array<32>());
    state.log_size = reader.u64();
    state.log_root = reader.array<32>();
    reader.u32();  // the row key's version, which the check below reads itself
    const auto body = bytes.first(bytes.size() - reader.left());
    const auto tag = reader.array<32>();
    if (!reader.done()) return fail(Errc::integrity, "integrity check failed");
    ROOKERY_CHECK(authenticator.check(crypto::RowKind::live, tag_table, Uuid{}, body, tag));
    return state;
}

}  // namespace rookery::ledger
