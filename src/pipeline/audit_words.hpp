// What an entry of the log is called in the words of Dataverse's table `audit`. Entries say more than that table has words
// for: what it has none for is Internal Processing, and what was refused or failed is Unknown, since nothing came of it.
#pragma once

#include "audit/event.hpp"

#include <cstdint>

namespace rookery::messages {

/// What became of the row that an entry is about.
enum class RowChange : std::uint8_t { none, made, changed, gone };

/// Of what succeeded, as the entry alone tells it.
[[nodiscard]] RowChange change_of(const audit::Event& event);

/// Codes of the columns `action` and `operation`.
struct AuditWords {
    std::int32_t action = 0;
    std::int32_t operation = 0;

    friend bool operator==(const AuditWords&, const AuditWords&) = default;
};

[[nodiscard]] AuditWords audit_words(const audit::Event& event);

}  // namespace rookery::messages
