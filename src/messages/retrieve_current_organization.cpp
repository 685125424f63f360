#include "messages/retrieve_current_organization.hpp"

#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

#include <variant>

namespace rookery::messages {

MessageFacts RetrieveCurrentOrganization::facts() const {
    return {
        "RetrieveCurrentOrganization",
        audit::Action::retrieve,
        {},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveCurrentOrganization::check_texts() const { return {}; }

access::Decision RetrieveCurrentOrganization::admit(const Asker& asker) const {
    return asker.decide(needs_of_anyone());
}

Judged<RetrieveCurrentOrganization::Plan> RetrieveCurrentOrganization::plan(PlanBuilder& builder
) const {
    return judge_act(builder, needs_of_anyone());
}

Result<MessageReply::Body> RetrieveCurrentOrganization::execute(PlanBuilder& builder, Plan) const {
    const auto& table = schema::known::organization;
    CurrentOrganizationReply reply{builder.services.organization, {}};
    access::Needs to_read;
    to_read.need(table, schema::Right::read, access::RowFacts{reply.organization, {}, {}});
    if (builder.decide(to_read).allowed()) {
        const auto fact = builder.facts().fact(table.id, reply.organization);
        if (const auto* row = fact ? std::get_if<access::Organization>(&*fact) : nullptr) {
            reply.name = row->name;
        }
    }
    builder.record(builder.event(audit::Action::retrieve, audit::Outcome::success));
    return reply;
}

}  // namespace rookery::messages
