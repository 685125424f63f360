#include "messages/retrieve_who_can.hpp"

#include "access/explain.hpp"
#include "messages/name_book.hpp"
#include "messages/rights_question.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

/// What looking at one holder of a profile costs, most of it to put his rights together.
constexpr std::uint64_t cost_of_holder = 20'000;

std::vector<const schema::Column*> sealed_columns(const RetrieveWhoCan& message) {
    if (message.column != nullptr) return {message.column};
    std::vector<const schema::Column*> out;
    for (const auto& column : message.target.table->columns) {
        if (column.type == schema::Type::sealed) out.push_back(&column);
    }
    return out;
}

/// An active record without a name, as it would be if `owner` owned it.
Result<access::RowFacts> facts_if_owned_by(const PlanBuilder& builder, const Uuid& owner) {
    using enum access::PrincipalKind;
    access::RowFacts out;
    if (const auto* held = builder.facts().team(owner)) {
        if (!held->can_own()) return fail(Errc::bad_owner, "This team cannot own records.");
        out.owner = access::Principal{team, owner};
        out.owning_unit = held->business_unit;
        return out;
    }
    const auto* held = builder.facts().user(owner);
    if (held == nullptr) return fail(does_not_exist(schema::known::systemuser, owner));
    out.owner = access::Principal{user, owner};
    out.owning_unit = held->business_unit;
    return out;
}

void name_readers(NameBook& names, const WhoCanReply& reply) {
    if (reply.owner) names.principal(*reply.owner);
    for (const auto& reader : reply.readers.readers) {
        names.user(reader.user);
        for (const auto& path : reader.paths) names.path(path);
        for (const auto& column : reader.columns) {
            for (const auto& source : column.sources) {
                names.profile(source.profile);
                names.team(source.team);
            }
        }
    }
    for (const auto& all : reply.credentials) names.credentials(all);
}

}  // namespace

MessageFacts RetrieveWhoCan::facts() const {
    return {
        "rky_RetrieveWhoCan",
        audit::Action::audit_read,
        owner ? Named{target.table, {}} : named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveWhoCan::check_texts() const { return {}; }

access::Decision RetrieveWhoCan::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_read_audit));
}

Judged<RetrieveWhoCan::Plan> RetrieveWhoCan::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_read_audit));
}

Result<MessageReply::Body> RetrieveWhoCan::execute(PlanBuilder& builder, Plan plan) const {
    WhoCanReply reply;
    reply.table = target.table;
    reply.columns = sealed_columns(*this);
    access::ReadersQuery query;
    query.table = target.table;
    query.columns = reply.columns;
    query.after = after;
    query.top = top;
    auto event = asked_event(builder, plan.decision());
    event.table = target.table->name;
    if (owner) {
        ROOKERY_TRY(query.row, facts_if_owned_by(builder, *owner));
        add_subject(event, *owner);
    } else {
        ROOKERY_TRY(const auto row, record_of(builder, target));
        reply.record = row->id;
        event.record = row->id;
        if (const auto* name = row->get<std::string>(row->table->primary_name))
            reply.record_name = *name;
        reply.inactive = is_inactive(*row);
        query.row = facts_of(*row);
    }
    reply.owner = query.row.owner;
    reply.readers = access::readers_of(query, builder.facts());
    ROOKERY_CHECK(builder.work.spend(reply.readers.examined * cost_of_holder));
    for (const auto& reader : reply.readers.readers) {
        ROOKERY_TRY(auto credentials, live_credentials(builder, reader.user));
        reply.credentials.push_back(std::move(credentials));
    }
    NameBook names(builder);
    name_readers(names, reply);
    reply.names = std::move(names).take();

    if (column != nullptr) event.columns.push_back(column->id);
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
