// rky_DetectDuplicates: the duplicates of some rows of a query, for the job that records them. As the user who asked for the job,
// from the jobs only, never over HTTP.
#pragma once

#include "messages/retrieve_multiple.hpp"
#include "pipeline/authorized.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rookery::messages {

/// Two rows that are duplicates by a rule.
struct DuplicatePair {
    Uuid rule;
    storage::RowRef base;
    storage::RowRef duplicate;
};

struct DuplicatesReply {
    std::vector<DuplicatePair> pairs;
    std::uint64_t rows = 0;                 // of the query, that were looked at
    std::optional<std::string> next_token;  // where the query goes on; nothing: at its end
};

/// Errc: those of a list; too_expensive for rules that make it look at too many rows.
struct DetectDuplicates {
    RetrieveMultiple query;     // a page of it
    std::size_t pairs_max = 0;  // so many are enough

    using Plan = Authorized<ShowList>;

    [[nodiscard]] MessageFacts facts() const;
    [[nodiscard]] Result<void> check_texts() const;
    [[nodiscard]] access::Decision admit(const Asker& asker) const;
    [[nodiscard]] Judged<Plan> plan(PlanBuilder& builder) const;
    [[nodiscard]] Result<MessageReply::Body> execute(PlanBuilder& builder, Plan plan) const;
};

}  // namespace rookery::messages
