// SealedVault: a vault whose data directory and log are open, and whose keys are not here. All it can do is to write
// down that somebody tried to unseal it. Vault::open takes it over with the root key of an attempt that succeeded.
// One thread at a time.
#pragma once

#include "audit/handover.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "crypto/root_slots.hpp"
#include "merkle/checkpoint.hpp"
#include "storage/store.hpp"
#include "vault/data_directory.hpp"
#include "vault/vault.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace rookery::messages {

class SealedVault {
 public:
    /// What it is made of, in the order in which it is opened.
    struct Taken {
        VaultOptions options;
        DataDirectory directory;  // holds the lock
        crypto::RootSlots slots;
        std::unique_ptr<storage::Store> store;
        audit::Handovers handovers;    // of the log
        merkle::VerifierKey verifier;  // of the name that the log has now
        const Clock* clock;
        Random* random;
    };

    enum class Space : std::uint8_t {
        needed,      // as for every opening
        not_needed,  // it was open until now, and is held sealed whatever the disk; an attempt needs it
    };

    /// Errc: in_use (another process), not_found, bad_permissions, integrity (identity and log do not agree),
    /// newer_format, no_space, io. `clock` and `random` outlive it.
    [[nodiscard]] static Result<std::unique_ptr<SealedVault>> open(
        VaultOptions options, const Clock& clock, Random& random, Space space = Space::needed
    );

    [[nodiscard]] const VaultIdentity& identity() const { return parts_.directory.identity(); }

    /// By which a token is reached; empty: by none.
    [[nodiscard]] const std::filesystem::path& token_module() const {
        return parts_.options.token_module;
    }

    /// As the file tells whoever can read it.
    [[nodiscard]] const std::vector<crypto::Slot>& slots() const { return parts_.slots.slots(); }

    /// Tries to open a slot, and puts on the log whether one was. The errors of RootSlots::open; those of the log, and
    /// then nothing was opened.
    [[nodiscard]] Result<crypto::OpenedRoot> attempt(const Unsealing& unsealing);

    enum class Step : std::uint8_t {
        refused,  // what was given could open nothing
        taken,    // it could, together with more
    };

    /// Puts an attempt on the log of which no slot was tried.
    [[nodiscard]] Result<void> note(Step step);

    [[nodiscard]] Taken taken() && { return std::move(parts_); }

 private:
    SealedVault(Taken parts, Space space)
        : parts_(std::move(parts)), space_known_(space == Space::needed) {}

    [[nodiscard]] Result<void> write(const audit::Event& event);

    Taken parts_;
    bool space_known_;  // until the first write
};

}  // namespace rookery::messages
