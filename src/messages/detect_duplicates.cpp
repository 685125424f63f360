#include "messages/detect_duplicates.hpp"

#include "crypto/sha256.hpp"
#include "pipeline/needs.hpp"
#include "query/duplicates.hpp"
#include "query/list.hpp"
#include "query/query_event.hpp"
#include "schema/known_tables.hpp"

#include <utility>

namespace rookery::messages {

MessageFacts DetectDuplicates::facts() const {
    return {
        "rky_DetectDuplicates",
        audit::Action::list,
        {query.table, {}},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> DetectDuplicates::check_texts() const { return {}; }

access::Decision DetectDuplicates::admit(const Asker& asker) const {
    // Nobody asks for no table's.
    if (query.table == nullptr) return asker.decide(needs_of_general(schema::prv_rewrap));
    return query.admit(asker);
}

Judged<DetectDuplicates::Plan> DetectDuplicates::plan(PlanBuilder& builder) const {
    if (query.table == nullptr) return fail(Errc::invalid_argument, "There is no query.");
    Step<ShowList> step;
    step.table = query.table;
    step.needs = needs_of_table(*query.table, schema::Right::read);
    return Plan::judge(builder, std::move(step));
}

Result<MessageReply::Body> DetectDuplicates::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(auto page, list(builder, query, nullptr, query.page_size));
    ROOKERY_TRY(const auto rules, published_rules(builder, *query.table));
    DuplicatesReply reply;
    reply.rows = page.rows.size();
    reply.next_token = std::move(page.next_token);
    for (const auto& rule : rules) {
        // What he may not list at all holds nothing for him.
        const auto needs = needs_of_table(*rule.matching, schema::Right::read);
        if (reply.pairs.size() >= pairs_max || !builder.decide(needs).allowed()) continue;
        const auto take = [&](const storage::Row& base, const storage::Row& duplicate) {
            reply.pairs.push_back({rule.id, base.ref(), duplicate.ref()});
            return reply.pairs.size() < pairs_max;
        };
        ROOKERY_CHECK(duplicates_of_each(builder, rule, page.rows, take));
    }
    ByteWriter seen;
    for (const auto& row : page.rows) seen.bytes(row->id.view()).u64(row->row_version);
    for (const auto& pair : reply.pairs) seen.bytes(pair.duplicate.id.view());
    auto event = builder.event(list_action(*query.table), audit::Outcome::success);
    event.table = query.table->name;
    event.count = reply.rows;
    event.release = audit::ReleaseMode::metadata;
    event.rule = builder.rule_of(plan.decision());
    add_query(event, query);
    event.extras.emplace_back("duplicates", std::uint64_t{reply.pairs.size()});
    const auto digest = crypto::sha256(seen.view());
    event.extras.emplace_back("rows", Bytes(digest.begin(), digest.end()));
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
