#include "messages/upsert.hpp"

#include "messages/row_planner.hpp"
#include "messages/upsert_admission.hpp"
#include "pipeline/pasted_token.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

/// Dataverse tells Assign and SetState apart by the columns that an update carries.
std::string_view name_of(const Upsert& message) {
    if (message.input.find("ownerid") != nullptr) return "Assign";
    if (message.input.find("statecode") != nullptr) return "SetState";
    return message.preconditions.must_exist ? "Update" : "Upsert";
}

/// Takes access away: whoever may stop a user may do so on a full disk.
bool disables_a_user(const Upsert& message) {
    if (!message.preconditions.must_exist || message.input.cells.size() != 1 ||
        message.target.table != &schema::known::systemuser) {
        return false;
    }
    const auto& cell = message.input.cells.front();
    const auto* value = std::get_if<bool>(&cell.value);
    return cell.column->name == "isdisabled" && value != nullptr && *value;
}

}  // namespace

MessageFacts Upsert::facts() const {
    return {
        name_of(*this),
        audit::Action::update,
        named_by(target),
        duplicates == Duplicates::refused ? Cost::many_rows : Cost::few_rows,
        disables_a_user(*this) ? Stores::nothing_new : Stores::something_new,
        OnBehalf::may};
}

Result<void> Upsert::check_texts() const {
    PastedTokenCheck row;
    row.add(input);
    ROOKERY_CHECK(row.check(target));
    return row.check(input);
}

access::Decision Upsert::admit(const Asker& asker) const {
    auto row = admit_upsert(asker, *target.table, preconditions);
    if (!row.allowed()) return row;
    if (auto refused = refused_expansion(asker, representation.expanded))
        return std::move(*refused);
    return row;
}

Judged<Upsert::Plan> Upsert::plan(PlanBuilder& builder) const {
    ROOKERY_TRY(auto step, RowPlanner(builder, duplicates).upsert(target, input, preconditions));
    return plan_write(builder, std::move(step), representation);
}

Result<MessageReply::Body> Upsert::execute(PlanBuilder& builder, Plan plan) const {
    const auto* write = std::get_if<WriteRow>(&plan.change.what());
    const bool created = write != nullptr && write->before == nullptr;
    return carry_out_write(builder, plan, created, representation);
}

}  // namespace rookery::messages
