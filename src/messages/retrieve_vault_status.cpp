#include "messages/retrieve_vault_status.hpp"

#include "ledger/outbox.hpp"
#include "messages/job_warnings.hpp"
#include "messages/recovery.hpp"

#include <algorithm>
#include <iterator>

namespace rookery::messages {
namespace {

constexpr std::uint64_t outbox_counted_max = 1'000'000;

}  // namespace

MessageFacts RetrieveVaultStatus::facts() const {
    return {
        "rky_RetrieveVaultStatus",
        audit::Action::retrieve,
        {},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveVaultStatus::check_texts() const { return {}; }

access::Decision RetrieveVaultStatus::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_read_audit));
}

Judged<RetrieveVaultStatus::Plan> RetrieveVaultStatus::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_read_audit));
}

Result<MessageReply::Body> RetrieveVaultStatus::execute(PlanBuilder& builder, Plan plan) const {
    const auto& services = builder.services;
    const auto& snapshot = builder.view.snapshot();
    StatusReply reply;
    reply.vault = services.vault;
    reply.development = services.development;
    reply.log_size = snapshot.log_size;
    reply.access_epoch = snapshot.access_epoch;
    reply.keyring_epoch = snapshot.keyring_epoch;
    reply.version = ROOKERY_VERSION;
    reply.anchor = services.anchor;
    reply.warnings = services.opening_warnings;
    ROOKERY_TRY(auto recovered, recovery_warning(builder));
    if (!recovered.empty()) reply.warnings.push_back(std::move(recovered));
    if (auto warning = services.space.warning(); !warning.empty()) {
        reply.warnings.push_back(std::move(warning));
    }
    if (const auto& more = services.more_warnings; more) {
        for (auto& warning : more()) reply.warnings.push_back(std::move(warning));
    }
    if (services.jobs) reply.jobs = services.jobs->state();
    ROOKERY_TRY(auto of_jobs, job_warnings(builder));
    std::ranges::move(of_jobs, std::back_inserter(reply.warnings));
    const std::string prefix(ledger::outbox_prefix);
    const auto cursor = builder.view.store()->scan(
        {storage::Family::meta, prefix, storage::prefix_end(prefix)}, storage::Order::ascending
    );
    for (; cursor->valid() && reply.outbox_rows < outbox_counted_max; cursor->next()) {
        ++reply.outbox_rows;
    }
    if (const auto counted = cursor->status(); !counted) {
        if (counted.error().code != Errc::integrity) return fail(counted.error());
        // The rest of the status is needed all the more.
        reply.warnings.emplace_back("the outbox is damaged: its rows are counted up to there only");
    }

    auto event = builder.event(audit::Action::retrieve, audit::Outcome::success);
    event.rule = builder.rule_of(plan.decision());
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
