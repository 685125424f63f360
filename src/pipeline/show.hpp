// show: a row as an authorized caller may see it. The one place that opens tokens for a reply.
#pragma once

#include "access/decide.hpp"
#include "audit/event.hpp"
#include "pipeline/authorized.hpp"
#include "pipeline/plan_builder.hpp"
#include "pipeline/reply.hpp"

namespace rookery::messages {

/// What the row is shown by: the answer to a Retrieve, one of a list, or the answer to its own write.
enum class ShownAs : std::uint8_t { one_record, of_list, representation };

struct Exposure {
    ShownRow row;
    std::vector<MaskedColumn> masked;
    bool reveals = false;                     // a token is in it in clear
    std::vector<std::uint64_t> revealed;      // ids of the tokens in clear
};

/// `row` in the columns of `selection`, as `decision` allows. A token that would be shown in clear from
/// an inactive record is masked in a list, else Errc::record_inactive; Errc::integrity when one cannot be
/// opened.
[[nodiscard]] Result<Exposure> show(
    const PlanBuilder& builder, RowPtr row, const Selection& selection,
    const access::Decision& decision, ShownAs as
);

/// Errc::record_inactive, in the one text that it has.
[[nodiscard]] Error inactive_record();

/// The columns that a selection means: its own, or every property that can be read.
[[nodiscard]] std::vector<const schema::Column*> selected(
    const schema::Table& table, const Selection& selection
);

/// A retrieve's event: what was revealed, from which version, under which keys and rule.
[[nodiscard]] audit::Event retrieve_event(
    const PlanBuilder& builder, const storage::Row& row, const Exposure& shown,
    const access::Decision& decision
);

/// The row that a reading started from, besides the one that it shows.
void add_start(audit::Event& event, const Authorized<ShowRow>& start);

}  // namespace rookery::messages
