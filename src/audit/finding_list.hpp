// FindingList: what the check of a log has found so far, in its report; and the words for entries.
#pragma once

#include "audit/finding.hpp"
#include "rookery/verify.hpp"

#include <cstdint>
#include <string>

namespace rookery::audit {

class FindingList {
 public:
    /// `report` outlives it.
    explicit FindingList(VerifyReport& report) : report_(report) {}

    /// `index`: the entry's; for a checkpoint over n entries n - 1.
    void add(FindingKind kind, std::uint64_t index, std::string what);
    /// A signed note that contradicts the log.
    void keep_evidence(const std::string& note);

 private:
    VerifyReport& report_;
};

/// "7" or "7 to 9", of the half-open range.
[[nodiscard]] std::string entry_range(std::uint64_t begin, std::uint64_t end);
/// "entry 7 is" or "entries 7 to 9 are", for what follows.
[[nodiscard]] std::string entries_are(std::uint64_t begin, std::uint64_t end);

}  // namespace rookery::audit
