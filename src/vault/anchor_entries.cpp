#include "vault/anchor_entries.hpp"

#include "pipeline/logged_values.hpp"
#include "pipeline/plan_builder.hpp"
#include "schema/known_tables.hpp"
#include "vault/end_credentials.hpp"
#include "vault/own_plan.hpp"
#include "vault/vault_parts.hpp"

namespace rookery::messages {
namespace {

constexpr std::string_view own_column = "rky_anchoredon";
constexpr std::string_view second_column = "rky_secondanchoron";

std::optional<Instant> time_in(const storage::Row& row, std::string_view column) {
    const auto* found = row.get<Instant>(column);
    return found == nullptr ? std::nullopt : std::optional{*found};
}

void set_time(storage::Row& row, std::string_view column, const std::optional<Instant>& time) {
    row.set(column, time ? storage::Value{*time} : storage::Value{});
}

enum class Credentials : bool { stay, end };

using Extras = std::vector<std::pair<std::string, audit::ExtraValue>>;

/// One entry about the organization's row, which is written if it says anything else.
Result<ledger::Pending> entry(
    const Vault& vault, const View& view, audit::Action action, const AnchoredSince& since,
    const Extras& extras, Credentials credentials = Credentials::stay
) {
    OwnPlan own(vault, view);
    auto& builder = own.builder;
    const auto& organization = vault.parts().services.organization;
    ROOKERY_TRY(const auto before, builder.reading.live(schema::known::organization, organization));
    auto event = builder.event(action, audit::Outcome::success);
    builder.about(event, *before);
    if (anchored_since(*before) != since) {
        auto after = *before;
        set_anchored(after, since);
        ++after.row_version;
        const auto write = builder.write(before.get(), after);
        builder.note_versions(event, before.get(), write);
        add_logged_values(event, before.get(), &after);
    }
    event.extras.insert(event.extras.end(), extras.begin(), extras.end());
    builder.record(event);
    if (credentials == Credentials::end) ROOKERY_CHECK(end_credentials(builder));
    return std::move(builder).success(NoContent{});
}

}  // namespace

AnchoredSince anchored_since(const storage::Row& organization) {
    return {time_in(organization, own_column), time_in(organization, second_column)};
}

void set_anchored(storage::Row& organization, const AnchoredSince& since) {
    set_time(organization, own_column, since.own);
    set_time(organization, second_column, since.second);
}

Result<ledger::Pending> anchor_change(
    const Vault& vault, const View& now, const AnchoredSince& since
) {
    return entry(vault, now, audit::Action::anchor_change, since, {});
}

Result<ledger::Pending> log_recovered(
    const Vault& vault, const View& now, const AnchoredSince& since, const AnchorFinding& accepted
) {
    Extras extras{{"anchor", std::string(accepted.problem)}};
    if (const auto& anchor = accepted.anchor; anchor) {
        extras.emplace_back("root", Bytes(anchor->log_root.begin(), anchor->log_root.end()));
        extras.emplace_back("size", anchor->log_size);
        extras.emplace_back("time", to_iso8601(anchor->time));
        extras.emplace_back("keyring", anchor->keyring_epoch);
    }
    // A newer state may have been there, and nobody knows what was revoked in it.
    const auto& options = vault.parts().options.anchor;
    const bool told = options.new_origin.has_value();
    // A restore decides about them itself, and says so.
    const bool accepts = options.rule == AnchorRule::accept;
    if (accepts) extras.emplace_back("credentials", std::string(told ? "kept" : "revoked"));
    const auto credentials = accepts && !told ? Credentials::end : Credentials::stay;
    return entry(vault, now, audit::Action::log_recovered, since, extras, credentials);
}

}  // namespace rookery::messages
