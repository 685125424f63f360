#include "messages/rekey_data.hpp"

#include "pipeline/needs.hpp"
#include "pipeline/secrets.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

/// Under a fresh data key, if the scope takes its present one.
Result<RekeyedOne> with_fresh_key(
    const PlanBuilder& builder, const RekeyScope& scope, const schema::Table& table,
    const storage::RowRef& ref, std::string_view stored
) {
    const RekeyedOne damaged{Rekeyed::damaged};
    const auto mark = storage::data_key_mark(stored);
    if (!mark) return damaged;
    if (!*mark || !scope.takes(**mark)) return RekeyedOne{};
    auto decoded = storage::decode(table, ref.id, stored, builder.keys.authenticator);
    if (!decoded) return damaged;
    auto* live = std::get_if<storage::Row>(&*decoded);
    auto* gone = std::get_if<storage::Tombstone>(&*decoded);
    auto* kept = gone == nullptr ? nullptr : gone->kept.get();
    auto* row = kept == nullptr ? live : &kept->row;
    if (row == nullptr || row->row_version == UINT64_MAX) return damaged;
    ++row->row_version;
    if (const auto sealed = reseal_secrets(builder.keys.sealer, *row); !sealed) {
        if (sealed.error().code == Errc::integrity) return damaged;
        return fail(sealed.error());
    }
    const auto& authenticator = builder.keys.authenticator;
    return RekeyedOne{
        Rekeyed::yes,
        kept == nullptr ? storage::encode(*row, authenticator)
                        : storage::encode(*kept, authenticator)};
}

}  // namespace

MessageFacts RekeyData::facts() const {
    return {
        "rky_RekeyData",
        audit::Action::rekey_progress,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> RekeyData::check_texts() const { return {}; }

access::Decision RekeyData::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_rewrap));
}

Judged<RekeyData::Plan> RekeyData::plan(PlanBuilder& builder) const {
    const auto seals = [](const storage::RowRef& row) {
        const auto* table = schema::table(row.table);
        return table != nullptr && table->has_sealed();
    };
    if (batch.rows.size() > rekey_rows_max || !std::ranges::all_of(batch.rows, seals)) {
        return fail(Errc::invalid_argument, "These rows cannot get fresh data keys together.");
    }
    return judge_act(builder, needs_of_general(schema::prv_rewrap));
}

Result<MessageReply::Body> RekeyData::execute(PlanBuilder& builder, Plan plan) const {
    const auto one =
        [&](const schema::Table& table, const storage::RowRef& row, std::string_view stored) {
            return with_fresh_key(builder, scope, table, row, stored);
        };
    const std::uint64_t kek = builder.keys.sealer.active_kek_version();
    std::vector<std::pair<std::string, audit::ExtraValue>> more{
        {"kind", std::string("data")}, {"key", kek}};
    if (scope.under != 0) more.emplace_back("under", std::uint64_t{scope.under});
    ROOKERY_TRY(auto reply, rekey_batch(builder, plan.decision(), batch, more, one));
    return reply;
}

}  // namespace rookery::messages
