#include "ledger/plan_writes.hpp"

#include "storage/entry_owner.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <string_view>

namespace rookery::ledger {
namespace {

void patch_versionnumber(storage::EncodedRow& row, std::uint64_t versionnumber) {
    for (int i = 0; i < 8; ++i) {
        row.value[row.versionnumber_offset + static_cast<std::size_t>(i)] =
            static_cast<char>(versionnumber >> (56 - 8 * i));
    }
}

/// Empty: the owner's own entry is not among them.
std::string_view owner_among(const std::vector<std::string>& entries) {
    for (const auto& entry : entries) {
        if (const auto owner = storage::owner_in(entry); !owner.empty()) return owner;
    }
    return {};
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

void number_rows(std::span<RowWrite> writes, std::uint64_t& newest) {
    for (auto& write : writes) {
        if (write.keeps_versionnumber) continue;
        ++newest;
        if (!write.encoded.value.empty()) patch_versionnumber(write.encoded, newest);
    }
}

RowChanges::RowChanges(std::span<const RowWrite> writes) {
    row_keys_.reserve(writes.size());
    std::size_t puts = writes.size();
    for (const auto& write : writes) puts += write.index_puts.size();
    changes_.puts.reserve(puts);
    for (const auto& write : writes) {
        if (!write.superseded) add(write);
    }
}

void RowChanges::add(const RowWrite& write) {
    const std::string_view key = row_keys_.emplace_back(storage::row_key(write.ref));
    if (write.encoded.value.empty()) {
        changes_.removals.push_back({storage::Family::rows, key});
    } else {
        changes_.puts.push_back({storage::Family::rows, key, write.encoded.value});
    }
    for (const auto& entry : write.index_removals) {
        changes_.removals.push_back({storage::Family::rowidx, entry});
    }
    const auto owner = owner_among(write.index_puts);
    for (const auto& entry : write.index_puts) {
        const auto value = storage::holds_owner(entry) ? owner : std::string_view{};
        changes_.puts.push_back({storage::Family::rowidx, entry, value});
    }
}

void RowChanges::sort() {
    std::ranges::stable_sort(changes_.puts, [](const storage::Put& a, const storage::Put& b) {
        return a.family != b.family ? a.family < b.family : a.key < b.key;
    });
}

}  // namespace rookery::ledger
