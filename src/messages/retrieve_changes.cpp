#include "messages/retrieve_changes.hpp"

#include "crypto/sha256.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/show.hpp"
#include "query/changes.hpp"

namespace rookery::messages {
namespace {

/// As a list's; what is gone counts and is in the digest too.
audit::Event changes_event(
    PlanBuilder& builder, const RetrieveChanges& message, const access::Decision& decision,
    const DeltaPosition& position
) {
    auto event = builder.event(audit::Action::list, audit::Outcome::success);
    event.table = message.table->name;
    event.release = audit::ReleaseMode::metadata;
    for (const auto& column : decision.columns()) {
        if (column.view == access::ColumnView::masked) event.release = audit::ReleaseMode::masked;
    }
    event.rule = builder.rule_of(decision);
    event.extras.emplace_back("since", position.since);
    return event;
}

}  // namespace

MessageFacts RetrieveChanges::facts() const {
    return {
        "RetrieveChanges",
        audit::Action::list,
        {table, {}},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveChanges::check_texts() const { return {}; }

access::Decision RetrieveChanges::admit(const Asker& asker) const {
    return asker.decide(*table, schema::Right::read);
}

Judged<RetrieveChanges::Plan> RetrieveChanges::plan(PlanBuilder& builder) const {
    Step<ShowList> step;
    step.table = table;
    step.needs = needs_to_list(*table, selection);
    ROOKERY_TRY(auto rows, Authorized<ShowList>::judge(builder, std::move(step)));
    ROOKERY_CHECK(check_reads_all(builder, *table));
    return rows;
}

Result<MessageReply::Body> RetrieveChanges::execute(PlanBuilder& builder, Plan plan) const {
    const auto& authenticator = builder.keys.authenticator;
    ROOKERY_TRY(
        const auto position, read_delta_token(authenticator, builder.caller, *table, delta_token)
    );
    if (!count_only && position.query_digest != query_digest) {
        return fail(
            Errc::bad_paging_token, "The delta token is malformed or belongs to another query."
        );
    }
    ROOKERY_CHECK(check_position(builder, position));
    auto event = changes_event(builder, *this, plan.decision(), position);
    if (count_only) {
        ROOKERY_TRY(const auto count, count_changes(builder, *table, position));
        event.count = count;
        builder.record(event);
        return CountReply{count};
    }
    ROOKERY_TRY(auto page, find_changes(builder, *table, position, page_size));
    ListReply reply;
    reply.table = table;
    reply.delta.emplace();
    ByteWriter seen;
    TargetNames names(builder);
    for (auto& row : page.rows) {
        seen.bytes(row->id.view()).u64(row->row_version);
        ROOKERY_TRY(auto shown, show(builder, plan, std::move(row), selection, names));
        add_masked(reply.masked, shown.masked);
        reply.rows.push_back(std::move(shown.row));
    }
    for (const auto& row : page.removed) {
        seen.bytes(row.id.view()).u64(0);
        reply.delta->removed.push_back(row.id);
    }
    auto& link = page.more ? reply.delta->next_token : reply.delta_token;
    link = make_delta_token(authenticator, builder.caller, *table, page.next);
    event.count = reply.rows.size() + page.removed.size();
    event.extras.emplace_back("removed", std::uint64_t{page.removed.size()});
    const auto digest = crypto::sha256(seen.view());
    event.extras.emplace_back("rows", Bytes(digest.begin(), digest.end()));
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
