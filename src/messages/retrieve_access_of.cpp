#include "messages/retrieve_access_of.hpp"

#include "access/explain.hpp"
#include "messages/name_book.hpp"
#include "messages/rights_question.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

/// As many of a scope's owners and units as an answer lists.
constexpr std::size_t scope_listed_max = 100;

ListedTable listed(access::TableAccess access) {
    auto& rows = access.rows;
    ListedTable out{{}, rows.owners.size(), rows.units.size()};
    if (rows.owners.size() > scope_listed_max) rows.owners.resize(scope_listed_max);
    if (rows.units.size() > scope_listed_max) rows.units.resize(scope_listed_max);
    out.access = std::move(access);
    return out;
}

}  // namespace

MessageFacts RetrieveAccessOf::facts() const {
    return {
        "rky_RetrieveAccessOf",
        audit::Action::audit_read,
        {},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveAccessOf::check_texts() const { return {}; }

access::Decision RetrieveAccessOf::admit(const Asker& asker) const {
    return asker.decide(needs_to_ask_about(user, asker.caller.user));
}

Judged<RetrieveAccessOf::Plan> RetrieveAccessOf::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_to_ask_about(user, builder.caller.user));
}

Result<MessageReply::Body> RetrieveAccessOf::execute(PlanBuilder& builder, Plan plan) const {
    AccessOfReply reply;
    reply.user = user.value_or(builder.caller.user);
    auto access = access::access_of(reply.user, builder.facts());
    if (!access) return fail(does_not_exist(schema::known::systemuser, reply.user));
    reply.enabled = access->enabled;
    reply.system_administrator = access->system_administrator;
    reply.administers = access->administers;
    reply.privileges = std::move(access->privileges);
    ROOKERY_TRY(reply.credentials, live_credentials(builder, reply.user));

    NameBook names(builder);
    names.user(reply.user);
    for (auto& table : access->tables) {
        reply.tables.push_back(listed(std::move(table)));
        const auto& rows = reply.tables.back().access.rows;
        for (const auto& owner : rows.owners) names.principal(owner);
        for (const auto& unit : rows.units) names.unit(unit);
    }
    for (const auto& held : reply.privileges) names.path(held.path);
    names.credentials(reply.credentials);
    reply.names = std::move(names).take();

    auto event = asked_event(builder, plan.decision());
    event.table = schema::known::systemuser.name;
    event.record = reply.user;
    add_subject(event, reply.user);
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
