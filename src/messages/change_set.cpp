#include "messages/change_set.hpp"

#include "messages/row_planner.hpp"
#include "schema/known_tables.hpp"

#include <string>
#include <type_traits>

namespace rookery::messages {
namespace {

template <class M, class... Others>
inline constexpr bool is_one_of = (std::is_same_v<M, Others> || ...);

/// Of a plan that is nothing but changes of rows it is known; of the others that change rows these are all.
template <class M>
inline constexpr bool only_changes_rows =
    is_one_of<
        typename M::Plan, PlannedWrite, Authorized<Change>, AuthorizedChanges, Parts, SharePlan> ||
    is_one_of<
        M, ApprovePurge, ConfirmCredential, CreateCredential, PurgeRetainedContent,
        RestoreTokenVersion, RevokeCredential, ReassignObjectsSystemUser, SetBusinessSystemUser,
        SetTokenPolicy>;

Error cannot_stand(const Message& message) {
    return {
        Errc::unsupported,
        "'" + std::string{facts_of(message).name} + "' cannot stand in a change set.",
        "send it as a part of the batch outside of change sets",
        {}};
}

Error too_many_rows() {
    return {
        Errc::too_many_rows,
        "This change set would change more than " + std::to_string(rows_changed_max) + " records.",
        "send it in parts",
        {}};
}

}  // namespace

bool may_stand_in_change_set(const Message& message) {
    return std::visit(
        []<class M>(const M&) { return is_one_of<M, Rejected> || only_changes_rows<M>; }, message
    );
}

ChangeSet::ChangeSet(const Pipeline& pipeline, const View& before)
    : pipeline_(pipeline),
      set_(before.share_snapshot()),
      view_(view_of_state(before.facts().now())) {}

Refused ChangeSet::refuse(Refused why) && {
    why.put_looked(std::move(set_).looked(why.take_looked()));
    return why;
}

std::optional<Refused> ChangeSet::add(
    const access::Caller& caller, const Message& message, const RequestInfo& info, WorkBudget& work
) {
    const auto refuse = [&](Error why) {
        return pipeline_.refuse(view_, caller, message, info, std::move(why));
    };
    if (!may_stand_in_change_set(message)) return refuse(cannot_stand(message));
    auto planned = pipeline_.plan_or_refuse(view_, caller, message, info, work);
    if (auto* refused = std::get_if<Refused>(&planned)) return std::move(*refused);
    set_.add(std::get<ledger::Pending>(std::move(planned)));
    // What is kept of older tokens comes with a change and is none of its own.
    // Nor what goes with a removed record (removal.cpp).
    const auto along = set_.rows_of(schema::known::rky_tokenversion.id) +
                       set_.rows_of(schema::known::duplicaterecord.id);
    if (set_.rows() - along > rows_changed_max) return refuse(too_many_rows());
    if (set_.state()->projection != view_.snapshot().projection) {
        view_ = view_of_state(view_.facts().now());
    }
    return std::nullopt;
}

}  // namespace rookery::messages
