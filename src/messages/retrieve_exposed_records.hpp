// rky_RetrieveExposedRecords: the records whose tokens existed under a record KEK, so that they can be replaced at Twitter
// when somebody else may have had that key. A page at a time, as the log goes from its beginning.
//
// What a KEK protected is told by the log, not by today's rows: a token that has got a fresh data key since is the same
// token. A token existed under KEK v if it was written under it, or under an older one and was still there when v came.
// One that was restored may be as old as its record, whatever key it was written under again. Older versions of a token are
// told of as their record.
#pragma once

#include "pipeline/authorized.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// Entries of the log for one page.
inline constexpr std::uint64_t exposed_entries_max = 5'000;

struct ExposedRecord {
    const schema::Table* table = nullptr;
    Uuid id;
    std::string
        name;  // its unique handle id, or what else it is called; empty: it is gone, or has none
    bool current = false;  // the token that it has now; otherwise one that it had, or may have had
};

struct ExposedRecordsReply {
    std::vector<ExposedRecord>
        records;  // one may come again, also on another page: once as current is current
    std::uint64_t unreadable = 0;       // entries of which nobody knows
    std::optional<std::uint64_t> next;  // give it as `from` for the next page
};

/// Errc::invalid_argument for a version that there never was.
struct RetrieveExposedRecords {
    std::optional<std::uint32_t> version;  // of the record KEK; nothing: any
    std::uint64_t from = 0;                // index on the log

    using Plan = Authorized<Act>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
