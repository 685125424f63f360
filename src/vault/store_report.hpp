// StoreReport: what a check of a whole vault found, in the order in which it was found.
#pragma once

#include "audit/finding.hpp"
#include "storage/value.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::messages {

/// "systemuser 0a1b…" for people.
[[nodiscard]] std::string place_of(const storage::RowRef& row);

struct Finding {
    std::string place;  // a file, a row by table and id, an entry of the log
    std::string what;
    audit::FindingKind kind = audit::FindingKind::damaged;  // says what it means and what to do
    std::optional<storage::RowRef> row = {};                // that it is about, if it is about one
};

struct StoreReport {
    static constexpr std::size_t findings_kept = 100;

    std::uint64_t rows = 0;
    std::uint64_t tombstones = 0;  // kept rows included
    std::uint64_t kept = 0;        // of these, in the recycle bin
    std::uint64_t retained = 0;    // likewise, for the long term
    std::uint64_t sealed_values = 0;
    std::map<std::uint32_t, std::uint64_t> data_keys;  // that open, by the version of their KEK
    std::map<std::uint32_t, std::uint64_t>
        row_keys;  // rows and tombstones, by the version of their row key
    std::uint64_t index_entries = 0;
    std::uint64_t outbox_entries = 0;
    std::uint64_t log_entries = 0;
    std::uint64_t log_sections = 0;    // opened and parsed
    std::uint64_t purged_records = 0;  // by the log; one that is there again is a finding
    std::uint64_t finding_count = 0;
    std::vector<Finding> findings;  // the first of them
    std::vector<std::string> not_checked;

    [[nodiscard]] bool ok() const { return finding_count == 0; }

    void find(audit::FindingKind kind, std::string place, std::string what) {
        if (++finding_count > findings_kept) return;
        findings.push_back({std::move(place), std::move(what), kind});
    }

    void find(audit::FindingKind kind, const storage::RowRef& row, std::string what) {
        if (++finding_count > findings_kept) return;
        findings.push_back({place_of(row), std::move(what), kind, row});
    }
};

}  // namespace rookery::messages
