// DetailCheck: what the check of a log says about the details of entries: that they are what the leaf
// commits to, that they are of this entry, and that nothing is in clear but what may be.
#pragma once

#include "audit/detail_row.hpp"
#include "audit/event.hpp"
#include "audit/finding_list.hpp"
#include "audit/handover.hpp"
#include "audit/leaf.hpp"
#include "audit/log_row.hpp"
#include "audit/verify.hpp"
#include "merkle/checkpoint.hpp"
#include "merkle/frontier.hpp"
#include "rookery/verify.hpp"

#include <cstdint>
#include <optional>

namespace rookery::audit {

class DetailCheck {
 public:
    /// All of them outlive it. Without a `sealer` sealed details are counted only.
    DetailCheck(
        const crypto::DetailSealer* sealer, const EventUse& use, const merkle::VerifierKey& key,
        const Handovers& handovers, FindingList& findings, VerifyReport& report
    )
        : sealer_(sealer),
          use_(use),
          key_(key),
          handovers_(handovers),
          findings_(findings),
          report_(report) {}

    /// In the order of entries. `before`: the tree of the entries before this one, null when one of them
    /// was missing.
    void check(
        std::uint64_t index, const Leaf& leaf, const EntryView& entry,
        const merkle::Frontier* before
    );

    [[nodiscard]] bool genesis_read() const { return genesis_read_; }

    /// Sealed sections, without a key for them.
    [[nodiscard]] std::uint64_t unopened() const { return unopened_; }

 private:
    std::optional<OpenedSection> open(
        std::uint64_t index, Section section, ByteView row, const Leaf& leaf
    );
    void check_genesis(const Event& event);
    void check_clear(std::uint64_t index, const Event& event);
    void check_unsealed(std::uint64_t index, const Event& event, const merkle::Frontier* before);

    const crypto::DetailSealer* sealer_;
    const EventUse& use_;
    const merkle::VerifierKey& key_;
    const Handovers& handovers_;
    FindingList& findings_;
    VerifyReport& report_;
    std::uint64_t unopened_ = 0;
    bool genesis_read_ = false;
    bool after_clear_ = false;  // the entry before was written while sealed
};

}  // namespace rookery::audit
