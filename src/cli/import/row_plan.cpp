#include "cli/import/row_plan.hpp"

#include "pipeline/stray_characters.hpp"

#include <utility>

namespace rookery::cli {
namespace {

constexpr std::pair<Outcome, std::string_view> names[] = {
    {Outcome::create, "create"},
    {Outcome::update, "update"},
    {Outcome::unchanged, "unchanged"},
    {Outcome::skipped, "skipped"},
    {Outcome::repeated, "repeated"},
    {Outcome::blank, "blank"},
    {Outcome::conflict, "conflict"},
    {Outcome::bad, "bad"},
    {Outcome::not_reached, "not reached"},
};

RowPlan refused(Outcome outcome, std::string reason) {
    RowPlan out;
    out.outcome = outcome;
    out.reason = std::move(reason);
    return out;
}

/// What is not given stays as it is.
Changes differences(const Wanted& wanted, const RowFacts& there) {
    Changes out;
    // The file's is without the blanks around it, which nobody sees.
    out.name = messages::without_outer_blanks(there.name) != wanted.name;
    out.application =
        wanted.has_application && (!wanted.application || there.application != wanted.application);
    out.owner = wanted.owner && there.owner.id != wanted.owner->id;
    return out;
}

void take_handle(RowPlan& plan, const Wanted& wanted, const RowFacts& handle) {
    plan.handle_id = handle.id;
    plan.handle_version = handle.version;
    plan.handle = differences(wanted, handle);
}

RowPlan plan_new(
    const Wanted& wanted, const VaultRow& there, const ImportOwner& caller,
    const ImportOptions& options
) {
    if (!wanted.has_access_token) {
        return refused(Outcome::bad, "a new record needs an access_token");
    }
    RowPlan out;
    out.outcome = Outcome::create;
    out.application = wanted.application;
    out.owner = wanted.owner.value_or(caller);
    if (!there.handle) {
        out.make_handle = true;
        return out;
    }
    take_handle(out, wanted, *there.handle);
    // One that belongs to somebody else would stay his beside a record that does not.
    out.handle.owner = there.handle->owner.id != out.owner.id;
    if (out.handle.owner && there.handle->owner.id != caller.id && !options.take_over) {
        return refused(
            Outcome::conflict,
            wanted.owner
                ? "the handle row belongs to another owner than the file says (--take-over assigns "
                  "it)"
                : "the handle row belongs to another owner than the record would: name the owner "
                  "in the file"
        );
    }
    return out;
}

/// Whoever makes a record first waits for the token of the next import, unless that says whom it is for. A
/// team is no such person: what it owns was given to it.
bool is_for_somebody_unnamed(
    const Wanted& wanted, const ImportOwner& owner, const ImportOwner& caller
) {
    return wanted.has_tokens && !wanted.owner && !owner.team && owner.id != caller.id;
}

RowPlan plan_existing(
    const Wanted& wanted, const VaultRow& there, const ImportOwner& caller,
    const ImportOptions& options
) {
    const auto& record = *there.record;
    if (options.skip_existing) return refused(Outcome::skipped, {});
    if (is_for_somebody_unnamed(wanted, record.owner, caller)) {
        return refused(
            Outcome::conflict,
            "the record belongs to another user, who could read the new token: name the owner in "
            "the file"
        );
    }
    RowPlan out;
    out.outcome = Outcome::update;
    out.application = wanted.application;
    out.record_id = record.id;
    out.record_version = record.version;
    out.record = differences(wanted, record);
    out.record.tokens = wanted.has_tokens;
    out.owner = wanted.owner.value_or(record.owner);
    if (out.record.owner) {
        out.owner_before = record.owner.id;
        if (!options.take_over) {
            return refused(
                Outcome::conflict,
                "the record belongs to another owner than the file says (--take-over assigns it)"
            );
        }
    }
    if (there.handle) {
        take_handle(out, wanted, *there.handle);
        out.record.handle = record.handle != there.handle->id;
    } else if (!record.handle) {
        out.make_handle = true;
        out.record.handle = true;
    } else if (out.record.name || out.record.application || out.record.owner) {
        return refused(
            Outcome::conflict, "the handle row is out of reach, and only the record would change"
        );
    }
    if (!out.record.any() && !out.handle.any()) out.outcome = Outcome::unchanged;
    return out;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
    return names[static_cast<std::size_t>(outcome)].second;
}

std::string RowPlan::changes() const {
    std::string out;
    const auto say = [&](bool changes, std::string_view what) {
        if (!changes) return;
        if (!out.empty()) out += ", ";
        out += what;
    };
    if (outcome != Outcome::update && outcome != Outcome::create) return out;
    say(renames(), "renamed");
    say(moves_application(), "other application");
    say(assigns(), "other owner");
    say(record.handle, "bound to its handle row");
    say(record.tokens, "new token");
    return out;
}

RowPlan plan_row(
    const Wanted& wanted, const VaultRow& there, const ImportOwner& caller,
    const ImportOptions& options
) {
    if (there.record) return plan_existing(wanted, there, caller, options);
    return plan_new(wanted, there, caller, options);
}

}  // namespace rookery::cli
