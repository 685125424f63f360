#include "pipeline/plan_builder.hpp"

#include "audit/prepared_event.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/step.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"

#include <algorithm>
#include <iterator>

namespace rookery::messages {
namespace {

audit::ActorType type_of(const access::Caller& caller) {
    if (caller.system) return audit::ActorType::system;
    if (caller.method == AuthMethod::none) return audit::ActorType::unknown;
    if (caller.method == AuthMethod::internal) return audit::ActorType::service;
    return caller.application ? audit::ActorType::agent : audit::ActorType::human;
}

audit::Actor actor_of(const access::Caller& caller) {
    audit::Actor actor;
    actor.type = type_of(caller);
    actor.method = caller.method;
    if (!caller.user.is_nil()) actor.id = to_string(caller.sender());
    actor.credential_fingerprint = caller.fingerprint;
    return actor;
}

/// In whose name, if not the actor's own. Of one who is not there the entry has the id that was asked for.
std::optional<audit::Delegator> delegator_of(
    const access::Caller& caller, const access::Facts& facts
) {
    if (!caller.delegate) return std::nullopt;
    const auto* user = facts.user(caller.user);
    auto type = audit::ActorType::unknown;
    if (user != nullptr) {
        type = user->application.is_nil() ? audit::ActorType::human : audit::ActorType::agent;
    }
    return audit::Delegator{type, to_string(caller.user)};
}

struct Verdict {
    audit::Outcome outcome;
    audit::Reason reason;
};

/// How an error stands on the log. `stale`: an older copy of a row is what it came from, which only the log says.
Verdict verdict_of(Errc code, bool stale) {
    using enum Errc;
    switch (code) {
        case unauthenticated:
            return {audit::Outcome::denied, audit::Reason::bad_credential};
        case user_disabled:
        case missing_privilege:
        case no_row_access:
        case column_read_denied:
        case column_create_denied:
        case column_update_denied:
        case column_share_denied:
        case grant_unmask_denied:
        case record_inactive:
        case access_denied:
        case built_in_protected:
        case impersonation_denied:
        case last_administrator:
            return {audit::Outcome::denied, audit::Reason::policy};
        case not_found:
        case key_not_found:
        case unknown_segment:
        case restore_parent_gone:
            return {audit::Outcome::failed, audit::Reason::not_found};
        case version_mismatch:
        case duplicate_id:
        case duplicate_key:
        case restore_live:
        case restore_key_taken:
        case duplicate_found:
            return {audit::Outcome::failed, audit::Reason::version_conflict};
        case too_many_requests:
        case rate_limited:
            return {audit::Outcome::denied, audit::Reason::rate_limited};
        case too_expensive:
            return {audit::Outcome::denied, audit::Reason::quota};
        case integrity:
            return {audit::Outcome::failed, stale ? audit::Reason::stale_row : audit::Reason::tag};
        case no_space:
            return {audit::Outcome::failed, audit::Reason::quota};
        case unavailable:
        case deadline:
            return {audit::Outcome::failed, audit::Reason::audit_unavailable};
        case cancelled:
            return {audit::Outcome::failed, audit::Reason::none};
        case internal:
        case io:
            return {audit::Outcome::failed, audit::Reason::internal};
        default:
            return {audit::Outcome::failed, audit::Reason::malformed};
    }
}

}  // namespace

PlanBuilder::PlanBuilder(
    const Services& given_services, const View& given_view, const access::Caller& given_caller,
    const MessageFacts& given_message, const RequestInfo& given_info, WorkBudget& given_work
)
    : services(given_services),
      view(given_view),
      keys(given_view.keys()),
      caller(given_caller),
      message(given_message),
      info(given_info),
      work(given_work),
      now(given_services.clock.now()),
      reading(given_view, given_view.keys().authenticator, given_caller) {
    plan_.access_epoch = view.snapshot().access_epoch;
    plan_.keyring_epoch = view.snapshot().keyring_epoch;
}

std::size_t PlanBuilder::write(const storage::Row* before, const storage::Row& after) {
    const auto& table = *after.table;
    ledger::RowWrite write;
    write.ref = after.ref();
    write.encoded = storage::encode(after, keys.authenticator);
    auto diff = storage::diff(before, &after);
    write.index_puts = std::move(diff.puts);
    write.index_removals = std::move(diff.removals);
    if (before == nullptr) {
        write.live_change = 1;
    } else {
        write.digest_minus = storage::digest_summand(*before, keys.authenticator);
    }
    if (table.synced) write.outbox = ledger::OutboxOperation::upsert;
    if (before != nullptr && table.has_sealed()) note_record_change(*before, after);
    if (table.access_fact) {
        write.access_fact = true;
        write.guarded_fact = table.guarded_fact;
        write.fact = std::make_shared<const storage::Row>(after);
    }
    plan_.writes.push_back(std::move(write));
    return plan_.writes.size() - 1;
}

void PlanBuilder::rewrap(const storage::Row& before, storage::EncodedRow after) {
    ledger::RowWrite write;
    write.ref = before.ref();
    write.encoded = std::move(after);
    write.digest_minus = storage::digest_summand(before, keys.authenticator);
    write.keeps_versionnumber = true;
    plan_.writes.push_back(std::move(write));
}

Result<void> PlanBuilder::rekey(
    const storage::RowRef& row, std::string_view before, storage::EncodedRow after
) {
    const auto* table = schema::table(row.table);
    ledger::RowWrite write;
    write.ref = row;
    write.encoded = std::move(after);
    ROOKERY_TRY(write.digest_minus, storage::digest_summand(row, before, keys.authenticator));
    write.keeps_versionnumber = true;
    write.same_fact = table != nullptr && table->access_fact;
    plan_.writes.push_back(std::move(write));
    return {};
}

/// A new row brings what it holds, and one that goes shows nothing any more: only changes count. A value that the same
/// write replaces or clears counts too: it is kept as a version, which is read by rights on the record.
void PlanBuilder::note_record_change(const storage::Row& before, const storage::Row& after) {
    const auto shown = [](const storage::Row& row) {
        return is_inactive(row) ? std::nullopt : std::optional{facts_of(row)};
    };
    access::RecordChange change{after.table, after.id, shown(before), shown(after), {}};
    const bool same = change.before && change.after &&
                      change.before->owner == change.after->owner &&
                      change.before->owning_unit == change.after->owning_unit;
    if (!change.after || same) return;
    change.kept = sealed_columns(before);
    records_.push_back(std::move(change));
}

std::size_t PlanBuilder::remove(const storage::Row& before) {
    const auto& table = *before.table;
    ledger::RowWrite write;
    write.ref = before.ref();
    write.live_change = -1;
    write.index_removals = storage::diff(&before, nullptr).removals;
    write.digest_minus = storage::digest_summand(before, keys.authenticator);
    // A pair may come back; every other id stays used for good.
    if (!table.intersect && !table.comes_back) {
        const storage::Tombstone tombstone{before.row_version + 1, {}, 0};
        write.encoded = storage::encode(tombstone, table, before.id, keys.authenticator);
    }
    if (table.synced) write.outbox = ledger::OutboxOperation::remove;
    write.access_fact = table.access_fact;
    write.guarded_fact = table.guarded_fact;
    plan_.writes.push_back(std::move(write));
    return plan_.writes.size() - 1;
}

std::size_t PlanBuilder::keep(const storage::Row& before, storage::Deletion deletion) {
    const auto at = remove(before);
    auto& write = plan_.writes[at];
    storage::KeptRow kept{before, std::move(deletion)};
    ++kept.row.row_version;
    write.encoded = storage::encode(kept, keys.authenticator);
    write.index_puts = {storage::index_entry(kept)};
    return at;
}

std::size_t PlanBuilder::bring_back(
    const storage::KeptRow& kept, const storage::Row& after,
    std::span<const schema::Column* const> in_versions
) {
    ledger::RowWrite write;
    write.ref = after.ref();
    write.encoded = storage::encode(after, keys.authenticator);
    write.index_puts = storage::index_entries(after);
    write.index_removals = {storage::index_entry(kept)};
    write.digest_minus = storage::digest_summand(kept.row, keys.authenticator);
    write.live_change = 1;
    if (after.table->synced) write.outbox = ledger::OutboxOperation::upsert;
    note_record_back(after, in_versions);
    plan_.writes.push_back(std::move(write));
    return plan_.writes.size() - 1;
}

/// What it holds was there before and nobody could read it: none of it counts as brought.
void PlanBuilder::note_record_back(
    const storage::Row& after, std::span<const schema::Column* const> in_versions
) {
    const auto& table = *after.table;
    if (table.ownership != schema::Ownership::user || is_inactive(after)) return;
    access::RecordChange change{&table, after.id, std::nullopt, facts_of(after), {}};
    for (const auto& cell : after.cells) {
        if (std::holds_alternative<storage::SealedValue>(cell.value)) {
            change.kept.push_back(table.column(cell.column));
        }
    }
    for (const auto* column : in_versions) {
        if (std::ranges::find(change.kept, column) == change.kept.end()) {
            change.kept.push_back(column);
        }
    }
    if (change.kept.empty()) return;
    std::ranges::sort(change.kept, {}, &schema::Column::id);
    records_.push_back(std::move(change));
}

std::size_t PlanBuilder::end(const storage::KeptRow& kept) {
    ledger::RowWrite write;
    write.ref = kept.row.ref();
    const storage::Tombstone tombstone{kept.row.row_version + 1, {}, 0};
    write.encoded = storage::encode(tombstone, *kept.row.table, kept.row.id, keys.authenticator);
    write.index_removals = {storage::index_entry(kept)};
    write.digest_minus = storage::digest_summand(kept.row, keys.authenticator);
    plan_.writes.push_back(std::move(write));
    return plan_.writes.size() - 1;
}

void PlanBuilder::note_versions(audit::Event& event, const storage::Row* before, std::size_t write)
    const {
    const auto& encoded = plan_.writes[write].encoded;
    event.row_versions = audit::RowVersions{before == nullptr ? 0 : before->row_version, 0};
    if (encoded.value.empty()) return;  // a pair leaves no tombstone
    event.row_versions->after = storage::row_version_of(encoded.value);
    event.row_tag.emplace();
    std::copy_n(encoded.tag.begin(), event.row_tag->size(), event.row_tag->begin());
}

void PlanBuilder::wake_sync() {
    if (!services.sync) return;
    plan_.on_durable = [monitor = services.sync] { monitor->wake(); };
}

void PlanBuilder::seal_afterwards() { plan_.on_durable = services.seal; }

audit::Event PlanBuilder::event(audit::Action action, audit::Outcome outcome) const {
    audit::Event event;
    event.time = now;
    event.node = services.origin;
    event.action = action;
    event.outcome = outcome;
    event.actor = actor_of(caller);
    event.on_behalf_of = delegator_of(caller, facts());
    if (const auto* user = facts().user(caller.sender()); user != nullptr) {
        event.actor_name = keys.name_marks.of(user->full_name);
    }
    event.correlation = info.correlation;
    event.message = message.name;
    event.client_request_id = info.client_request_id;
    if (!info.source_address.empty()) {
        event.source = keys.pseudonyms.source_pseudonym(info.source_address);
        event.priv.source_address = info.source_address;
        event.priv.source_port = info.source_port;
    }
    event.priv.user_agent = info.user_agent;
    if (info.tls_version != 0) event.priv.tls = audit::TlsInfo{info.tls_version, {}};
    return event;
}

void PlanBuilder::about(audit::Event& event, const storage::Row& row) const {
    event.table = row.table->name;
    event.record = row.id;
    if (const auto* name = row.get<std::string>(row.table->primary_name); name != nullptr) {
        event.record_name = keys.name_marks.of(*name);
    }
}

void PlanBuilder::record(const audit::Event& event) {
    plan_.events.push_back(audit::prepare(event, keys.details, services.random));
}

void PlanBuilder::rely_on_what_was_read(ledger::Plan& plan) {
    plan.guards = reading.take_guards();
    plan.relies_on_access = true;
    if (caller.expires != Instant::max()) plan.valid_until = caller.expires;
    shares_relied_on_.add_to(plan, view);
}

void PlanBuilder::say_looks(ledger::Plan& plan) const {
    if (!says_looks_) return;
    for (const auto& [table, look] : *looks_) {
        auto said = look.event;
        said.extras.emplace_back("compared", look.times);
        plan.looks.push_back(plan.events.size());
        plan.events.push_back(audit::prepare(said, keys.details, services.random));
    }
}

std::optional<ledger::Plan> PlanBuilder::looked() {
    if (looks_->empty()) return std::nullopt;
    ledger::Plan out;
    out.access_epoch = plan_.access_epoch;
    out.keyring_epoch = plan_.keyring_epoch;
    rely_on_what_was_read(out);
    say_looks(out);
    return out;
}

ledger::Pending PlanBuilder::success(MessageReply::Body body) && {
    rely_on_what_was_read(plan_);
    say_looks(plan_);
    auto reply = std::make_unique<MessageReply>(std::move(body));
    if (parts_) {
        parts_->add(ledger::Pending(std::move(plan_)));
        return std::move(*parts_).join(std::move(reply));
    }
    plan_.reply = std::move(reply);
    return ledger::Pending(std::move(plan_));
}

Refused PlanBuilder::failure(Error error) && {
    // The caller hears of a row that is not there; the log says which one he was kept from. A fault
    // of ours stays one.
    if (const auto& kept = reading.withheld();
        kept && rookery::info(error.code).http_status < 500) {
        return std::move(*this).refuse(
            kept->refusal, std::move(error), {schema::table(kept->row.table), kept->row.id}
        );
    }
    const auto verdict = verdict_of(error.code, reading.found_stale());
    const bool unauthenticated = error.code == Errc::unauthenticated;
    auto failed =
        event(unauthenticated ? audit::Action::login_failure : message.action, verdict.outcome);
    failed.reason = verdict.reason;
    return std::move(*this).finish(std::move(error), std::move(failed));
}

Refused PlanBuilder::failure(Error error, const Named& about) && {
    const auto verdict = verdict_of(error.code, reading.found_stale());
    auto failed = event(message.action, verdict.outcome);
    failed.reason = verdict.reason;
    if (about.table != nullptr) failed.table = about.table->name;
    if (about.record && !about.record->is_nil()) failed.record = about.record;
    return std::move(*this).finish(std::move(error), std::move(failed));
}

Refused PlanBuilder::stopped(Stopped stopped) && {
    if (stopped.refused) {
        auto all = looked();
        auto of_part = stopped.refused->take_looked();
        if (all && of_part) ledger::add_looks(*all, std::move(*of_part));
        stopped.refused->put_looked(all ? std::move(all) : std::move(of_part));
        return std::move(*stopped.refused);
    }
    if (!stopped.decision || stopped.decision->allowed()) {
        return std::move(*this).failure(std::move(stopped.error));
    }
    return std::move(*this).refuse(
        *stopped.decision, std::move(stopped.error), stopped.step.value_or(message.named)
    );
}

Refused PlanBuilder::refuse(const access::Decision& decision, Error error, const Named& about) && {
    auto denied = event(message.action, audit::Outcome::denied);
    denied.reason = audit::Reason::policy;
    if (about.table != nullptr) denied.table = about.table->name;
    if (about.record && !about.record->is_nil()) denied.record = about.record;
    denied.rule = rule_of(decision);
    return std::move(*this).finish(std::move(error), std::move(denied));
}

Refused PlanBuilder::finish(Error error, audit::Event event) && {
    if (event.table.empty()) {
        if (message.named.table != nullptr) event.table = message.named.table->name;
        event.record = message.named.record;
    }
    std::ranges::move(named_in_refusal_, std::back_inserter(event.extras));
    event.extras.emplace_back("error", std::string(rookery::info(error.code).name));
    // Of the plan nothing goes on: no row, no entry but this one, no guard. But what was looked at is said.
    Refused out(
        view.snapshot().keys,
        services.random,
        plan_.access_epoch,
        plan_.keyring_epoch,
        std::move(event),
        std::move(error)
    );
    out.put_looked(looked());
    return out;
}

audit::Rule PlanBuilder::rule_of(const access::Decision& decision) const {
    return {"dataverse", view.snapshot().access_epoch, decision.rule_path()};
}

}  // namespace rookery::messages
