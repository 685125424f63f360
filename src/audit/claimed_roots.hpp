// ClaimedRoots: what claims the root that a log has at some size: its checkpoints, and the one that a
// reviewer remembers. The check of a log compares each of them when its walk over the entries gets there.
#pragma once

#include "audit/finding_list.hpp"
#include "audit/handover.hpp"
#include "audit/log_source.hpp"
#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "merkle/checkpoint.hpp"
#include "merkle/frontier.hpp"
#include "rookery/verify.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::audit {

class ClaimedRoots {
 public:
    /// All of them outlive it.
    ClaimedRoots(
        const LogSource& source, const merkle::VerifierKey& key, const Handovers& handovers,
        FindingList& findings, VerifyReport& report
    )
        : source_(source), key_(key), handovers_(handovers), findings_(findings), report_(report) {}

    /// From the state file, not from the log. Before the first read.
    void remember(const merkle::Checkpoint& checkpoint, std::string note);

    /// What the hand-overs say of the log that they hand over. Before the first read.
    void expect_handed_over();

    /// The size of the checkpoint that the state row names. Before the first read.
    void expect(std::optional<std::uint64_t> size) { named_ = size; }

    /// The next checkpoints, some thousand at a time: a log has any number of them. False when they
    /// cannot be read, for a reason that is no damage.
    bool read_more();
    void read_rest();

    /// Compares the tree over `size` entries with everything that claims its root; without a tree, when
    /// an entry before was missing, the claims are passed. `time`: the log's at its last entry.
    void compare(std::uint64_t size, const merkle::Frontier* tree, Instant time);
    /// Once the entries have ended, at `size`: what was claimed of more of them. After read_rest.
    void compare_rest(std::uint64_t size);

    /// Over how many entries, of those that were read; 0 without any.
    [[nodiscard]] std::uint64_t newest() const { return newest_; }

    /// Whether the one that the state row names was read.
    [[nodiscard]] bool named_is_there() const { return named_is_there_; }

    /// Why checkpoints could not be read, if so: nothing is known then of those that are not there.
    [[nodiscard]] const std::string& read_problem() const { return read_problem_; }

    /// Log time of the last entry under the newest checkpoint that verified.
    [[nodiscard]] Instant signed_time() const { return signed_time_; }

 private:
    enum class By : std::uint8_t { checkpoint, reviewer, handover };

    struct Claim {
        Digest root{};
        std::string note;
        By by = By::checkpoint;
    };

    [[nodiscard]] std::string contradicts(By by, std::uint64_t size) const;
    void note_checkpoint(std::optional<std::uint64_t> size, std::string_view note);
    void verified(std::uint64_t size, const std::string& note, Instant time);

    const LogSource& source_;
    const merkle::VerifierKey& key_;
    const Handovers& handovers_;
    FindingList& findings_;
    VerifyReport& report_;

    std::multimap<std::uint64_t, Claim> claims_;  // by size; those of passed entries are gone
    std::string next_key_;                        // of the first one not read yet
    bool all_read_ = false;
    std::uint64_t newest_ = 0;
    std::optional<std::uint64_t> named_;
    bool named_is_there_ = false;
    std::string read_problem_;
    Instant signed_time_{};
};

}  // namespace rookery::audit
