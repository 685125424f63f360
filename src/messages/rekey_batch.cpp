#include "messages/rekey_batch.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

audit::Event event_of_rekey(
    const PlanBuilder& builder, const access::Decision& decision, audit::Action action,
    const std::vector<std::pair<std::string, audit::ExtraValue>>& more
) {
    auto event = builder.event(action, audit::Outcome::success);
    event.rule = builder.rule_of(decision);
    event.extras = more;
    return event;
}

audit::RekeyedRow rekeyed_row(const storage::RowRef& row, const storage::EncodedRow& after) {
    audit::RekeyedRow out{row.table, row.id, storage::row_version_of(after.value), {}};
    std::copy_n(after.tag.begin(), out.tag.size(), out.tag.begin());
    return out;
}

}  // namespace

Result<RekeyReply> rekey_batch(
    PlanBuilder& builder, const access::Decision& decision, const RekeyBatch& batch,
    const std::vector<std::pair<std::string, audit::ExtraValue>>& more, const RekeyOne& one
) {
    RekeyReply reply;
    std::vector<audit::RekeyedRow> done;
    for (const auto& ref : batch.rows) {
        const auto stored = builder.reading.stored(ref);
        if (!stored && stored.error().code != Errc::integrity) return fail(stored.error());
        if (!stored) {
            reply.damaged.push_back(ref);
            continue;
        }
        if (!*stored) continue;
        ROOKERY_TRY(auto row, one(*schema::table(ref.table), ref, **stored));
        if (row.what == Rekeyed::damaged) reply.damaged.push_back(ref);
        if (row.what != Rekeyed::yes) continue;
        done.push_back(rekeyed_row(ref, row.after));
        ROOKERY_CHECK(builder.rekey(ref, **stored, std::move(row.after)));
    }
    reply.rekeyed = done.size();
    const auto event = [&](audit::Action action) {
        return event_of_rekey(builder, decision, action, more);
    };
    if (batch.begins) builder.record(event(audit::Action::rekey_start));
    if (!batch.rows.empty()) {
        auto progress = event(audit::Action::rekey_progress);
        progress.count = done.size();
        audit::add_rekeyed_rows(progress, done);
        builder.record(progress);
    }
    if (batch.end) {
        auto end = event(audit::Action::rekey_end);
        end.count = batch.end->rekeyed;
        end.extras.emplace_back("remaining", batch.end->remaining);
        builder.record(end);
    }
    return reply;
}

}  // namespace rookery::messages
