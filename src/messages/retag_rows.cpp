#include "messages/retag_rows.hpp"

#include "pipeline/needs.hpp"
#include "storage/row_tag.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

Result<RekeyedOne> with_new_tag(
    const PlanBuilder& builder, const schema::Table& table, const storage::RowRef& ref,
    std::string_view stored
) {
    const auto& authenticator = builder.keys.authenticator;
    const RekeyedOne damaged{Rekeyed::damaged};
    const auto version = storage::row_key_version_of(stored);
    if (!version) return damaged;
    if (*version == authenticator.active_key_version()) return RekeyedOne{};
    // All that a reader refuses is refused here: a right tag would make it a row.
    if (!storage::decode(table, ref.id, stored, authenticator)) return damaged;
    auto after = storage::retagged(table, ref.id, stored, authenticator);
    if (!after) return damaged;
    return RekeyedOne{Rekeyed::yes, std::move(*after)};
}

}  // namespace

MessageFacts RetagRows::facts() const {
    return {
        "rky_RetagRows",
        audit::Action::rekey_progress,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> RetagRows::check_texts() const { return {}; }

access::Decision RetagRows::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_rewrap));
}

Judged<RetagRows::Plan> RetagRows::plan(PlanBuilder& builder) const {
    const auto stored = [](const storage::RowRef& row) {
        const auto* table = schema::table(row.table);
        return table != nullptr && !table->outside;
    };
    if (batch.rows.size() > rekey_rows_max || !std::ranges::all_of(batch.rows, stored)) {
        return fail(Errc::invalid_argument, "These rows cannot get another tag together.");
    }
    return judge_act(builder, needs_of_general(schema::prv_rewrap));
}

Result<MessageReply::Body> RetagRows::execute(PlanBuilder& builder, Plan plan) const {
    const auto one =
        [&](const schema::Table& table, const storage::RowRef& row, std::string_view stored) {
            return with_new_tag(builder, table, row, stored);
        };
    const std::uint64_t row_key = builder.keys.authenticator.active_key_version();
    ROOKERY_TRY(
        auto reply,
        rekey_batch(
            builder, plan.decision(), batch, {{"kind", std::string("row")}, {"key", row_key}}, one
        )
    );
    return reply;
}

}  // namespace rookery::messages
