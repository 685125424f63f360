#include "messages/row_planner.hpp"

#include "messages/key_cells.hpp"
#include "pipeline/needs.hpp"
#include "rules/built_in_rows.hpp"
#include "rules/table_rules.hpp"
#include "rules/write_draft.hpp"
#include "storage/index_key.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

Step<Change> step_on(const schema::Table& table, const Uuid& id) {
    Step<Change> step;
    step.table = &table;
    step.id = id;
    return step;
}

/// One that will not be done: what it needs is asked first.
Step<Change> step_that_fails(
    const schema::Table& table, const Uuid& id, access::Needs needs, Error error
) {
    auto step = step_on(table, id);
    step.needs = std::move(needs);
    step.deferred_error = std::move(error);
    return step;
}

/// What the vault sets may be repeated as it is; whether it is, is for those to hear who may read the row.
bool repeats_columns(const Input& input) {
    return std::ranges::any_of(input.cells, [](const InputCell& cell) {
        return cell.column->may(schema::can::refuse);
    });
}

}  // namespace

Result<void> check_version(const Preconditions& preconditions, const storage::Row& row) {
    if (preconditions.must_not_exist) {
        return fail(Errc::duplicate_id, "A record with matching key values already exists.");
    }
    const bool asked = !preconditions.versions.empty() || preconditions.unmatchable;
    const auto& versions = preconditions.versions;
    if (asked && std::ranges::find(versions, row.versionnumber) == versions.end()) {
        return fail(
            Errc::version_mismatch,
            "The version of the existing record doesn't match the RowVersion property provided."
        );
    }
    return {};
}

Error not_offered(std::string_view message, const schema::Table& table) {
    return {
        Errc::method_not_allowed,
        "The '" + std::string(message) + "' method does not support entities of type '" +
            std::string(table.name) + "'.",
        {},
        {}};
}

Error duplicate_id() { return {Errc::duplicate_id, "Cannot insert duplicate key.", {}, {}}; }

Result<void> check_change(
    const access::Caller& caller, const storage::Row& row, const Input* input
) {
    const auto check = rules_of(*row.table).check_change;
    return check == nullptr ? Result<void>{} : check(caller, row, input);
}

Result<Step<Change>> RowPlanner::create(
    const schema::Table& table, const Input& input, std::optional<Uuid> given, const KeyValues* key
) {
    if (!table.writable) return fail(not_offered("Create", table));
    Uuid id = given.value_or(Uuid{});
    if (const auto* cell = input.find(table.primary_id)) {
        const auto* chosen = std::get_if<Uuid>(&cell->value);
        if (chosen != nullptr) id = given.value_or(*chosen);
    }
    if (id.is_nil()) id = Uuid::random(builder_.services.random);
    const auto needs_at_all = [&] { return needs_of_table(table, schema::Right::create); };
    if (access::is_built_in_form(id) && !is_system(builder_.caller)) {
        return step_that_fails(table, id, needs_at_all(), built_in_protected());
    }
    ROOKERY_TRY(const auto found, builder_.reading.read(table, id));
    if (found.state != Found::State::absent || !claims_.claim(table, id))
        return fail(duplicate_id());
    auto draft = new_draft(table, id, input, key);
    if (!draft) return step_that_fails(table, id, needs_at_all(), draft.error());
    auto step = step_on(table, id);
    step.needs = needs_to_create(*draft);
    if (auto checked = check_write(nullptr, *draft, step.needs); !checked) {
        step.deferred_error = checked.error();
    }
    step.what = WriteRow{nullptr, std::move(*draft)};
    look_for_duplicates(step);
    return step;
}

Result<Draft> RowPlanner::new_draft(
    const schema::Table& table, const Uuid& id, const Input& input, const KeyValues* key
) {
    Input named;
    if (key != nullptr) {
        ROOKERY_TRY(named, cells_of_key(table, *key, input));
    }
    ROOKERY_TRY(
        auto draft,
        draft_create(
            builder_.reading, builder_.facts(), table, id, {&named, &input}, builder_.author()
        )
    );
    if (key != nullptr) ROOKERY_CHECK(check_named_by(draft.row, *key));
    return draft;
}

Result<Step<Change>> RowPlanner::upsert(
    const Target& target, const Input& input, const Preconditions& preconditions
) {
    const auto& table = *target.table;
    if (const auto* id = std::get_if<Uuid>(&target.by)) {
        ROOKERY_TRY(auto found, builder_.reading.read(table, *id));
        if (found.state == Found::State::live) {
            return update(std::move(found.row), input, preconditions);
        }
        if (preconditions.must_exist) return fail(does_not_exist(table, *id));
        return create(table, input, *id);
    }
    const auto& key = std::get<KeyValues>(target.by);
    auto found = builder_.reading.find_for_caller(table, key, schema::Right::write);
    if (found) return update(std::move(*found), input, preconditions);
    if (found.error().code != Errc::key_not_found || preconditions.must_exist) {
        return fail(found.error());
    }
    return create(table, input, {}, &key);
}

Result<Step<Change>> RowPlanner::update(
    RowPtr before, const Input& input, const Preconditions& preconditions
) {
    const auto& table = *before->table;
    if (!table.writable) return fail(not_offered("Update", table));
    auto allowed = check_change(builder_.caller, *before, &input);
    if (allowed) allowed = check_version(preconditions, *before);
    auto draft =
        draft_update(builder_.reading, builder_.facts(), *before, input, builder_.author());
    const auto need_to_compare = [&](access::Needs needs) {
        if (repeats_columns(input)) add_need(needs, schema::Right::read, *before);
        return needs;
    };
    if (!draft) {
        return step_that_fails(
            table,
            before->id,
            need_to_compare(needs_to_change(*before)),
            allowed ? draft.error() : allowed.error()
        );
    }
    auto step = step_on(table, before->id);
    step.needs = need_to_compare(needs_to_update(*before, *draft));
    const auto checked = check_write(before.get(), *draft, step.needs);
    if (allowed && !checked) allowed = checked;
    if (!allowed) step.deferred_error = allowed.error();
    step.what = WriteRow{std::move(before), std::move(*draft)};
    look_for_duplicates(step);
    return step;
}

Result<void> RowPlanner::check_write(
    const storage::Row* before, const Draft& draft, access::Needs& needs
) {
    // The table's own rules first: only who may append to a handle hears whether it has a record already.
    if (const auto check = rules_of(*draft.row.table).check_write) {
        ROOKERY_CHECK(check({builder_, before, draft, needs, claims_}));
    }
    return check_keys(before, draft.row);
}

void RowPlanner::look_for_duplicates(Step<Change>& step) {
    if (!duplicates_ || !detects_duplicates(*step.table)) return;
    const auto& write = std::get<WriteRow>(step.what);
    // What a change leaves as it was is compared too: that is for those to hear who may read it.
    if (write.before != nullptr) add_need(step.needs, schema::Right::read, *write.before);
    if (step.deferred_error) return;
    const auto decision = builder_.decide(step.needs);
    if (!decision.allowed()) return;
    builder_.rely_on(decision);
    const auto checked = duplicates_->check(write.before.get(), write.draft.row);
    if (!checked) step.deferred_error = checked.error();
}

Result<void> RowPlanner::check_return(
    const Draft& draft, access::Needs& needs, const std::map<storage::RowRef, RowPtr>& beside
) {
    if (const auto check = rules_of(*draft.row.table).check_write) {
        ROOKERY_CHECK(check({builder_, nullptr, draft, needs, claims_, &beside}));
    }
    auto free = check_keys(nullptr, draft.row);
    if (!free && free.error().code == Errc::duplicate_key) {
        return fail(
            Errc::restore_key_taken,
            "The record cannot come back: another record has its key values by now.",
            "give it other ones, or change those of the other record"
        );
    }
    return free;
}

Result<void> RowPlanner::check_keys(const storage::Row* before, const storage::Row& after) {
    for (const auto& key : after.table->keys) {
        std::vector<storage::Value> values;
        bool same = before != nullptr;
        for (const auto column : key.columns) {
            const auto* value = after.find(column);
            if (value == nullptr) break;
            const auto* old = before == nullptr ? nullptr : before->find(column);
            same = same && old != nullptr && *old == *value;
            values.push_back(*value);
        }
        if (same || values.size() != key.columns.size()) continue;
        const KeyValues wanted{&key, std::move(values)};
        const auto range = storage::by_key(*after.table, key, wanted.values);
        if (range.lower == range.upper) continue;  // a blank text: it is in no index
        const auto taken = builder_.reading.find(*after.table, wanted);
        if (!taken && taken.error().code != Errc::key_not_found) return fail(taken.error());
        const bool other = taken && (*taken)->id != after.id;
        if (other || !claims_.claim_key(range.lower)) {
            // The other row is not named: the caller may not know it.
            return fail(
                Errc::duplicate_key,
                "Entity Key " + std::string(key.name) +
                    " violated. A record with the same value already exists. A duplicate record "
                    "cannot be "
                    "created."
            );
        }
    }
    return {};
}

}  // namespace rookery::messages
