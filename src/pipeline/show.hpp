// show: a row as an authorized caller may see it. The one place that opens tokens for a reply.
#pragma once

#include "access/decide.hpp"
#include "audit/event.hpp"
#include "pipeline/authorized.hpp"
#include "pipeline/plan_builder.hpp"
#include "pipeline/reply.hpp"
#include "pipeline/target_names.hpp"

namespace rookery::messages {

struct Exposure {
    ShownRow row;
    std::vector<MaskedColumn> masked;
    bool reveals = false;  // a token is in it in clear
};

// The row in the columns of `selection`, as the step's decision allows. A token that would be shown in clear
// from an inactive record is masked in a list, else Errc::record_inactive; Errc::integrity when one cannot be
// opened.

/// The answer to a Retrieve.
[[nodiscard]] Result<Exposure> show(
    const PlanBuilder& builder, const Authorized<ShowRow>& step, const Selection& selection
);
/// One row of a list that was allowed as a whole. `names`: for all of them.
[[nodiscard]] Result<Exposure> show(
    const PlanBuilder& builder, const Authorized<ShowList>& list, RowPtr row,
    const Selection& selection, TargetNames& names
);
/// One row of many that were each allowed. `names`: for all of them.
[[nodiscard]] Result<Exposure> show(
    const PlanBuilder& builder, const Authorized<ShowRow>& step, const Selection& selection,
    TargetNames& names
);
/// The answer to its own write.
[[nodiscard]] Result<Exposure> show(
    const PlanBuilder& builder, const Authorized<Change>& change, RowPtr written,
    const Selection& selection
);

/// Whether a sealed column is shown in clear to whoever this was decided for, from a row that has a value in it.
[[nodiscard]] bool shows_in_clear(const access::Decision& decision);

/// The step that reads one record.
[[nodiscard]] Step<ShowRow> step_to_show(RowPtr row, const Selection& selection);

/// The step that shows a record beside others, which unmasks as a list does.
[[nodiscard]] Step<ShowRow> step_to_show_among_others(RowPtr row, const Selection& selection);

/// Errc::record_inactive, in the one text that it has.
[[nodiscard]] Error inactive_record();

/// Adds those that are not there yet.
void add_masked(std::vector<MaskedColumn>& to, const std::vector<MaskedColumn>& more);

/// A retrieve's event: what was revealed, from which version, under which keys and rule.
[[nodiscard]] audit::Event retrieve_event(
    const PlanBuilder& builder, const storage::Row& row, const Exposure& shown,
    const access::Decision& decision
);

/// The row that a reading started from, besides the one that it shows.
void add_start(audit::Event& event, const Authorized<ShowRow>& start);

}  // namespace rookery::messages
