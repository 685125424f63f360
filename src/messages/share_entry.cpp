#include "messages/share_entry.hpp"

#include "pipeline/logged_values.hpp"
#include "rules/table_rules.hpp"

namespace rookery::messages {
namespace {

access::Share fact_of_share(const storage::Row& share) {
    return std::get<access::Share>(fact_of(share));
}

audit::Action action_of(const ShareChange& change) {
    if (change.after.rights == 0) return audit::Action::unshare;
    return change.before.rights == 0 ? audit::Action::share : audit::Action::modify_share;
}

void add_terms(audit::Event& event, const ShareTerms& terms, const std::string& suffix) {
    event.extras.emplace_back("accessrightsmask" + suffix, std::uint64_t{terms.rights});
    if (!terms.expires || terms.rights == 0) return;
    event.extras.emplace_back("rky_expireson" + suffix, to_iso8601(*terms.expires));
}

}  // namespace

ShareTerms terms_of(const storage::Row& share, Instant now) {
    const auto fact = fact_of_share(share);
    if (fact.over(now)) return {};
    ShareTerms out{fact.rights, {}};
    if (fact.expires != Instant::max()) out.expires = fact.expires;
    return out;
}

std::pair<std::string, audit::ExtraValue> named_in_entry(const access::Principal& with) {
    const bool team = with.kind == access::PrincipalKind::team;
    return {team ? "teamid" : "systemuserid", to_string(with.id)};
}

void record_share(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& record,
    const ShareChange& change
) {
    auto event = builder.event(action_of(change), audit::Outcome::success);
    builder.about(event, record);
    event.rule = builder.rule_of(decision);
    event.extras.push_back(named_in_entry(change.with));
    add_terms(event, change.after, "");
    add_terms(event, change.before, std::string(before_suffix));
    builder.record(event);
}

void record_lost_share(
    PlanBuilder& builder, const access::Decision& decision, const storage::Row& record,
    const storage::Row& share
) {
    const auto before = terms_of(share, builder.facts().now());
    if (before.rights == 0) return;
    const auto fact = fact_of_share(share);
    record_share(builder, decision, record, {{fact.kind, fact.principal}, before, {}});
}

}  // namespace rookery::messages
