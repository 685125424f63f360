// KeyChange: a new version of one key of the keyring comes into use, in two steps: made, and known to everybody who reads
// with it; then the active one. Each step is a change of the keyring with its entries on the log. What was cut off goes on
// with the version that it made.
#pragma once

#include "access/caller.hpp"
#include "crypto/keyring.hpp"
#include "vault/vault.hpp"

#include <cstdint>
#include <vector>

namespace rookery::jobs {

class KeyChange {
 public:
    /// All outlive it. `log_entries` counts what it puts on the log.
    KeyChange(
        messages::Vault& vault, const access::Caller& caller, crypto::Purpose purpose,
        std::uint64_t& log_entries
    )
        : vault_(vault), caller_(caller), purpose_(purpose), log_entries_(log_entries) {}

    /// The version that the next key has: one that was made and never used, unless that may not be, or one more than there
    /// are. Errc::out_of_range.
    enum class Unused : bool { welcome, left };
    [[nodiscard]] Result<std::uint32_t> next_version(Unused unused) const;

    /// That version is the active one when it returns, or has been; the one before is in state `predecessor` if this made
    /// the change. `more` are entries of the second step. Errc: those of Vault::change_keyring.
    [[nodiscard]] Result<void> activate(
        std::uint32_t version, crypto::KeyState predecessor = crypto::KeyState::decrypt_only,
        std::vector<audit::Event> more = {}
    );
    /// Of a version that is not the active one; nothing when it is in that state or a later one.
    [[nodiscard]] Result<void> move_to(
        std::uint32_t version, crypto::KeyState state, audit::Action action
    );

    [[nodiscard]] audit::Event event(audit::Action action, std::uint32_t version) const;

 private:
    [[nodiscard]] Result<void> change(
        const messages::KeyringChange& change, const std::vector<audit::Event>& events
    );

    messages::Vault& vault_;
    const access::Caller& caller_;
    crypto::Purpose purpose_;
    std::uint64_t& log_entries_;
};

}  // namespace rookery::jobs
