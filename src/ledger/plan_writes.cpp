#include "ledger/plan_writes.hpp"

#include "storage/entry_owner.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::ledger {
namespace {

void patch_versionnumber(storage::EncodedRow& row, std::uint64_t versionnumber) {
    for (int i = 0; i < 8; ++i) {
        row.value[row.versionnumber_offset + static_cast<std::size_t>(i)] =
            static_cast<char>(versionnumber >> (56 - 8 * i));
    }
}

}  // namespace

std::size_t plan_bytes(const Plan& plan) {
    std::size_t bytes = 0;
    for (const auto& write : plan.writes) {
        bytes += write.encoded.value.size();
        for (const auto& key : write.index_puts) bytes += key.size();
    }
    bytes += plan.outbox_changes.size() * sizeof(OutboxChange);
    for (const auto& event : plan.events) bytes += event.core_row.size() + event.priv_row.size();
    return bytes;
}

bool changes_access(const Plan& plan) {
    return std::ranges::any_of(plan.writes, &RowWrite::access_fact);
}

void number_rows(Plan& plan, std::uint64_t& newest) {
    for (auto& write : plan.writes) {
        if (write.keeps_versionnumber) continue;
        ++newest;
        if (!write.encoded.value.empty()) patch_versionnumber(write.encoded, newest);
    }
}

storage::Changes changes_of(const Plan& plan) {
    storage::Changes changes;

    struct Entry {
        std::string_view key;
        std::string_view value;
    };

    std::vector<Entry> entries;
    for (const auto& write : plan.writes) {
        if (write.superseded) continue;
        auto key = storage::row_key(write.ref);
        if (write.encoded.value.empty()) {
            changes.removals.push_back({storage::Family::rows, std::move(key)});
        } else {
            changes.puts.push_back({storage::Family::rows, std::move(key), write.encoded.value});
        }
        for (const auto& entry : write.index_removals) {
            changes.removals.push_back({storage::Family::rowidx, entry});
        }
        std::string_view owner;
        for (const auto& entry : write.index_puts) {
            if (const auto found = storage::owner_in(entry); !found.empty()) owner = found;
        }
        for (const auto& entry : write.index_puts) {
            entries.push_back({entry, storage::holds_owner(entry) ? owner : std::string_view{}});
        }
    }
    // In ascending order the engine finds each place from the one before it.
    std::ranges::stable_sort(changes.puts, {}, &storage::Put::key);
    std::ranges::sort(entries, {}, &Entry::key);
    changes.puts.reserve(changes.puts.size() + entries.size());
    for (const auto& [key, value] : entries) {
        changes.puts.push_back({storage::Family::rowidx, std::string{key}, std::string{value}});
    }
    return changes;
}

}  // namespace rookery::ledger
