#include "messages/rights_question.hpp"

#include "identity/authenticate.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {

constexpr std::size_t credentials_max = 20;

access::Needs needs_to_ask_about(const std::optional<Uuid>& user, const Uuid& caller) {
    return needs_of_general(schema::prv_read_audit).except(user.value_or(caller));
}

Result<LiveCredentials> live_credentials(const PlanBuilder& builder, const Uuid& user) {
    const auto& facts = builder.facts();
    LiveCredentials out;
    for (const auto& id : facts.credentials_of(user)) {
        const auto& credential = *facts.credential(id);
        if (!facts.valid(credential) || credential.expires <= builder.now) continue;
        LiveCredential one;
        one.id = id;
        one.fingerprint = identity::fingerprint(id);
        one.maker = credential.maker;
        one.expires = credential.expires;
        one.plaintext = credential.plaintext;
        one.administration = credential.administration;
        out.listed.push_back(std::move(one));
    }
    std::ranges::sort(out.listed, [](const LiveCredential& a, const LiveCredential& b) {
        return std::pair(b.expires, a.id) < std::pair(a.expires, b.id);
    });
    out.more = out.listed.size() > credentials_max;
    if (out.more) out.listed.resize(credentials_max);
    for (auto& one : out.listed) {
        ROOKERY_CHECK(builder.work.spend(cost::row + cost::row_by_index));
        ROOKERY_TRY(const auto found, builder.reading.peek(schema::known::rky_credential, one.id));
        if (!found.row) continue;
        if (const auto* name = found.row->get<std::string>("rky_name")) one.name = *name;
        const auto* confirmed = found.row->get<storage::RowRef>("rky_confirmedby");
        if (confirmed != nullptr) one.confirmed_by = confirmed->id;
    }
    return out;
}

audit::Event asked_event(const PlanBuilder& builder, const access::Decision& decision) {
    auto event = builder.event(audit::Action::audit_read, audit::Outcome::success);
    event.rule = builder.rule_of(decision);
    return event;
}

void add_subject(audit::Event& event, const Uuid& user) {
    event.extras.emplace_back("subject", to_string(user));
}

Result<RowPtr> record_of(PlanBuilder& builder, const Target& target) {
    if (const auto* id = std::get_if<Uuid>(&target.by))
        return builder.reading.live(*target.table, *id);
    return builder.reading.find(*target.table, std::get<KeyValues>(target.by));
}

}  // namespace rookery::messages
