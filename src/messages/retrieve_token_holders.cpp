#include "messages/retrieve_token_holders.hpp"

#include "audit/handover.hpp"
#include "audit/log_reader.hpp"
#include "messages/acknowledge_token_version.hpp"
#include "messages/rights_question.hpp"
#include "messages/row_planner.hpp"
#include "messages/token_history.hpp"
#include "pipeline/needs.hpp"

#include <algorithm>
#include <map>

namespace rookery::messages {
namespace {

constexpr std::size_t log_entries_examined = 20'000;
constexpr std::size_t log_entries_of_record = 1'000;

std::optional<std::uint64_t> version_named(const audit::Event& event) {
    const auto found = std::ranges::find(event.extras, "token-version", [](const auto& extra) {
        return std::string_view(extra.first);
    });
    const auto* number =
        found == event.extras.end() ? nullptr : std::get_if<std::uint64_t>(&found->second);
    return number == nullptr ? std::nullopt : std::optional(*number);
}

/// The version that the record had when it had this row version.
std::uint64_t version_at(const TokenHistory& history, std::uint64_t row_version) {
    std::uint64_t out = 0;
    const auto look = [&](std::uint64_t number) {
        if (number <= row_version) out = std::max(out, number);
    };
    for (const auto& version : history.versions) look(version.set.number);
    look(history.current.number);
    return out;
}

/// Of a retrieve that happened after the state that a restore put back.
constexpr std::uint64_t of_no_version = 0;

/// Whether the entry put tokens of the record into somebody's hands, or says which ones he has.
std::optional<std::uint64_t> version_held(const TokenHistory& history, const audit::Event& event) {
    if (event.outcome != audit::Outcome::success || event.action != audit::Action::retrieve) {
        return std::nullopt;
    }
    if (event.table != history.record->table->name) return std::nullopt;
    if (event.message == acknowledge_token_version_name) return version_named(event);
    if (event.release != audit::ReleaseMode::plaintext || !event.row_versions) return std::nullopt;
    const auto named = version_named(event);
    return named ? named : version_at(history, event.row_versions->after);
}

/// `entry` is older than what was noted before: what somebody took or acknowledged last is what he uses.
void note_holder(
    std::map<Uuid, TokenHolder>& holders, const audit::LogRecord& entry, std::string_view id,
    std::uint64_t version
) {
    const auto user = Uuid::parse(id);
    if (!user) return;
    auto [at, added] = holders.try_emplace(*user);
    auto& holder = at->second;
    if (!added) return;
    holder.user = *user;
    holder.version = version;
    holder.on = entry.leaf.time;
    holder.acknowledged = entry.event.message == acknowledge_token_version_name;
}

}  // namespace

MessageFacts RetrieveTokenHolders::facts() const {
    return {
        "rky_RetrieveTokenHolders",
        audit::Action::audit_read,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveTokenHolders::check_texts() const { return {}; }

access::Decision RetrieveTokenHolders::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_read_audit));
}

Judged<RetrieveTokenHolders::Plan> RetrieveTokenHolders::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_of_general(schema::prv_read_audit));
}

Result<MessageReply::Body> RetrieveTokenHolders::execute(PlanBuilder& builder, Plan plan) const {
    ROOKERY_TRY(const auto row, record_of(builder, target));
    ROOKERY_CHECK(check_version(preconditions, *row));
    ROOKERY_TRY(const auto history, read_history(builder, row));
    ROOKERY_TRY(
        const auto reader, audit::LogReader::open(builder.view.store(), &builder.keys.details)
    );
    audit::LogQuery query;
    query.record = row->id;
    query.below = below;
    query.top = log_entries_of_record;
    query.scan_max = log_entries_examined;
    ROOKERY_TRY(const auto page, reader.search(query, audit::Sections::core));

    TokenHoldersReply reply;
    reply.record = row->ref();
    reply.current = history.current.number;
    reply.next_below = page.next_below;
    ROOKERY_TRY(
        const auto handovers,
        audit::read_handovers(*builder.view.store(), builder.keys.signing.public_key())
    );
    std::map<Uuid, TokenHolder> holders;
    for (const auto& entry : page.entries) {
        if (!entry || entry->while_sealed) continue;  // nobody vouches for what it says
        auto version = version_held(history, entry->event);
        if (version && handovers.is_put_back(entry->leaf.index)) version = of_no_version;
        if (!version) continue;
        note_holder(holders, *entry, entry->event.actor.id, *version);
        // In whose name it was taken: whoever took it may have taken it for him.
        if (const auto& other = entry->event.on_behalf_of) {
            note_holder(holders, *entry, other->id, *version);
        }
    }
    for (auto& [user, holder] : holders) {
        if (const auto* known = builder.facts().user(user)) holder.name = known->full_name;
        holder.holds_older = holder.version < reply.current;
        reply.holders.push_back(std::move(holder));
    }

    auto event = asked_event(builder, plan.decision());
    event.table = row->table->name;
    event.record = row->id;
    event.count = reply.holders.size();
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
