// UnsealingDesk: what comes in to unseal a sealed vault, one thing at a time: a way that opens it by itself, or shares from several
// people, which are kept until there are enough of a set. Each is an attempt, on the vault's log whatever comes of it.
// Who may come here has proved nothing yet; http/unseal_turns.hpp says how often somebody may.
//
// Nothing is told of a wrong passphrase but that it is wrong. A share is judged when it comes, by the digest that
// its slot keeps, so that a mistyped one is named to who brought it and cannot spoil what others gave.
//
// One thread at a time.
#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"
#include "crypto/brought_way.hpp"
#include "crypto/share_text.hpp"
#include "vault/sealed_vault.hpp"
#include "vault/vault.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace rookery::messages {

/// How many shares were given of how many that are needed, of the set that was begun last; 0 of 0 for none.
struct ShareProgress {
    unsigned given = 0;
    unsigned needed = 0;

    friend bool operator==(const ShareProgress&, const ShareProgress&) = default;
};

class UnsealingDesk {
 public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::minutes shares_kept_for{10};  // from the first of a set on

    struct Opened {
        crypto::OpenedRoot root;
        Unsealing with;
    };

    /// What it opened; nothing while more shares are needed. Errc::wrong_secret that says what is wrong with the share,
    /// Errc::duplicate_key for one that was given already, and those of SealedVault::attempt.
    [[nodiscard]] Result<std::optional<Opened>> share(
        SealedVault& vault, SecretBytes text, Time now
    );
    /// The errors of crypto::offer_of and of SealedVault::attempt.
    [[nodiscard]] Result<Opened> way(SealedVault& vault, crypto::BroughtWay way);

    /// Wipes shares whose time is over.
    void drop_expired(Time now);

    /// Wipes all shares: the vault is open.
    void forget() { begun_.clear(); }

    [[nodiscard]] ShareProgress progress() const;

 private:
    /// Shares of one set; those that came are genuine, so there are no more sets than slots.
    struct Begun {
        Time since;
        Time last;
        unsigned needed = 0;
        std::map<std::uint8_t, SecretBytes> texts;  // by their number
    };

    std::map<crypto::ShareSetId, Begun> begun_;
};

}  // namespace rookery::messages
