#include "messages/validate_retention_config.hpp"

#include "pipeline/needs.hpp"
#include "pipeline/pasted_token.hpp"
#include "rules/retention_terms.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using schema::Right;
using schema::known::retentionconfig;

}  // namespace

MessageFacts ValidateRetentionConfig::facts() const {
    return {
        "ValidateRetentionConfig",
        audit::Action::retrieve,
        {&retentionconfig, config},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> ValidateRetentionConfig::check_texts() const {
    PastedTokenCheck check;
    return check.check("FetchXml", criteria);
}

access::Decision ValidateRetentionConfig::admit(const Asker& asker) const {
    return asker.decide(retentionconfig, Right::read);
}

Judged<ValidateRetentionConfig::Plan> ValidateRetentionConfig::plan(PlanBuilder& builder) const {
    auto needs = needs_of_table(retentionconfig, Right::read);
    if (!config) return judge_act(builder, std::move(needs));
    ROOKERY_TRY(auto row, builder.reading.live({&retentionconfig, *config}, Right::read));
    access::Needs of_row;
    add_need(of_row, Right::read, *row);
    return judge_act(builder, std::move(of_row), std::move(row));
}

Result<MessageReply::Body> ValidateRetentionConfig::execute(PlanBuilder& builder, Plan plan) const {
    auto of = entity;
    const auto& row = plan.what().row;
    const auto* named = row ? row->get<std::string>("entitylogicalname") : nullptr;
    if (of.empty() && named != nullptr) of = *named;
    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    if (row) builder.about(event, *row);
    event.rule = builder.rule_of(plan.decision());
    builder.record(event);
    const auto checked = check_criteria(builder.services, of, criteria);
    return ValidRetentionReply{checked ? std::string{} : checked.error().message};
}

}  // namespace rookery::messages
