// CheckpointPublisher: decides when the durable state is signed: at most once a second, and whenever
// it changed since. Never a smaller size than the last published one, and never another root for the
// same size. Driven by the ledger's thread through LogWriter; has no thread of its own.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "crypto/signing.hpp"
#include "merkle/checkpoint.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace rookery::audit {

class CheckpointPublisher {
 public:
    static constexpr std::chrono::milliseconds interval_min{1000};

    /// `key` outlives it; with none nothing is signed. `last`: the newest note published before, verified.
    CheckpointPublisher(
        std::string origin, const crypto::SigningKey* key, std::optional<merkle::Checkpoint> last
    )
        : origin_(std::move(origin)), key_(key), last_(std::move(last)) {}

    /// Everything up to here is on disk. Errc::integrity when it contradicts what was published;
    /// nothing is signed from then on.
    [[nodiscard]] Result<void> durable(std::uint64_t size, const Digest& root);

    /// The signed note, when one is due. The caller stores and serves it.
    [[nodiscard]] std::optional<std::string> due(Instant now);
    /// At once, if anything changed: for an orderly end.
    [[nodiscard]] std::optional<std::string> final_note(Instant now);

    /// The same key in another object, which outlives this.
    void sign_with(const crypto::SigningKey& key) { key_ = &key; }

    [[nodiscard]] const std::optional<merkle::Checkpoint>& last() const { return last_; }

 private:
    struct Durable {
        std::uint64_t size = 0;
        Digest root{};
    };

    std::string origin_;
    const crypto::SigningKey* key_;
    std::optional<merkle::Checkpoint> last_;
    std::optional<Durable> durable_;
    std::optional<Instant> signed_at_;
    bool contradicted_ = false;
};

}  // namespace rookery::audit
