#include "rules/write_draft.hpp"

#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <initializer_list>

namespace rookery::messages {
namespace {

using schema::Column;
using schema::Table;
using schema::Type;
using storage::Row;
using storage::RowRef;
using storage::Value;

/// The stored value of a clear cell; lookups were resolved before.
Value stored(const InputValue& value) {
    return std::visit(
        [](const auto& given) -> Value {
            using T = std::decay_t<decltype(given)>;
            if constexpr (std::is_same_v<T, Target> || std::is_same_v<T, SecretBytes>) {
                return {};
            } else {
                return given;
            }
        },
        value
    );
}

/// Nobody is given a record whose unit, or one above it, is disabled; what he has stays his.
Result<void> check_owner(const access::Facts& facts, const RowRef& owner) {
    Uuid unit;
    if (owner.table == schema::known::team.id) {
        const auto* team = facts.team(owner.id);
        if (team == nullptr || !team->can_own()) {
            return fail(Errc::bad_owner, "This team cannot own records.");
        }
        unit = team->business_unit;
    } else {
        const auto* user = facts.user(owner.id);
        if (user == nullptr) {
            return fail(Errc::bad_owner, "The owner is not a user of this organization.");
        }
        unit = user->business_unit;
    }
    if (!facts.units().active(unit)) {
        return fail(Errc::owner_unit_disabled, "The business unit of the owner is disabled.");
    }
    return {};
}

Result<void> set_owner(Row& row, const access::Facts& facts, const RowRef& owner) {
    ROOKERY_CHECK(check_owner(facts, owner));
    const bool team = owner.table == schema::known::team.id;
    row.set("ownerid", owner);
    row.set("owninguser", team ? Value{} : Value{owner});
    if (row.table->column("owningteam") != nullptr) {
        row.set("owningteam", team ? Value{owner} : Value{});
    }
    derive(row, facts);
    return {};
}

const schema::Option* option(const Column& column, std::int64_t value) {
    const auto found = std::ranges::find(column.options, value, &schema::Option::value);
    return found == column.options.end() ? nullptr : &*found;
}

/// statecode and statuscode belong together: one given alone brings its partner along.
Result<void> complete_state(Row& row, std::initializer_list<const Input*> inputs) {
    const auto* state_column = row.table->column("statecode");
    const auto* status_column = row.table->column("statuscode");
    if (state_column == nullptr || status_column == nullptr) return {};
    const auto given = [&](std::string_view column) {
        return std::ranges::any_of(inputs, [&](const Input* input) {
            return input->find(column) != nullptr;
        });
    };
    const bool state_given = given("statecode");
    const bool status_given = given("statuscode");
    const auto* state = row.get<std::int64_t>("statecode");
    const auto* status = row.get<std::int64_t>("statuscode");
    if (state == nullptr) return {};
    const auto* state_option = option(*state_column, *state);
    if (state_given && !status_given && state_option != nullptr) {
        row.set("statuscode", std::int64_t{state_option->default_status});
        return {};
    }
    const auto* status_option = status == nullptr ? nullptr : option(*status_column, *status);
    if (status_option == nullptr || status_option->state != *state) {
        return fail(
            Errc::bad_state,
            (status == nullptr ? std::string("null") : std::to_string(*status)) +
                " is not a valid status code for state code " + std::string(row.table->name) +
                "State." + std::string(state_option == nullptr ? "?" : state_option->label) +
                " on " + std::string(row.table->name) + " with Id " + to_string(row.id) + "."
        );
    }
    return {};
}

/// Whether the row has what was given. Another row is named by its id alone, so that nothing is said of it.
bool repeats(const InputCell& cell, const Row* before) {
    if (before == nullptr) return false;
    const auto& column = *cell.column;
    auto value = stored(cell.value);
    if (const auto* target = std::get_if<Target>(&cell.value)) {
        const auto* id = std::get_if<Uuid>(&target->by);
        if (id == nullptr) return false;
        value = RowRef{target->table->id, *id};
    }
    if (column.name == "versionnumber") {
        return value == Value(static_cast<std::int64_t>(before->versionnumber));
    }
    const auto* old = before->find(column.id);
    return old != nullptr && *old == value;
}

/// What a cell puts into the row, and the row that it points to.
struct Given {
    Value value;
    RowPtr referenced;  // null: it points to none of ours
};

Result<Given> given_by(Reading& reading, const InputCell& cell) {
    Given out{stored(cell.value), nullptr};
    const auto* target = std::get_if<Target>(&cell.value);
    if (target == nullptr) return out;
    if (target->table->outside) {  // another product's row: its id is kept, not followed
        out.value = RowRef{target->table->id, std::get<Uuid>(target->by)};
        return out;
    }
    const bool owner = cell.column->type == Type::owner;
    const auto right = owner ? schema::Right::read : schema::Right::append_to;
    ROOKERY_TRY(out.referenced, reading.live(*target, right));
    out.value = out.referenced->ref();
    return out;
}

/// Applies every cell of the input. Columns that prove identity may only be repeated as they are.
Result<void> apply(Reading& reading, const Input& input, const Row* before, Draft& draft) {
    auto& row = draft.row;
    draft.columns.reserve(draft.columns.size() + input.cells.size());
    for (const auto& cell : input.cells) {
        const auto& column = *cell.column;
        if (column.may(schema::can::row_id)) continue;
        if (column.type == Type::sealed) {
            draft.secrets.push_back(&cell);
            draft.columns.push_back(&column);
            continue;
        }
        if (column.may(schema::can::refuse)) {
            if (repeats(cell, before)) continue;
            return fail(
                Errc::protected_column,
                "The column '" + std::string(column.name) + "' of '" +
                    std::string(row.table->name) + "' is set by the vault and cannot be written."
            );
        }
        ROOKERY_TRY(auto given, given_by(reading, cell));
        auto& [value, referenced] = given;
        const auto* old = before == nullptr ? nullptr : before->find(column.id);
        if (!column.may(before == nullptr ? schema::can::create : schema::can::update)) continue;
        if (column.type == Type::owner) {
            if (is_null(value)) {
                return fail(Errc::required_null, "The column 'ownerid' cannot be null.");
            }
            if (old == nullptr || *old != value) draft.new_owner = std::get<RowRef>(value);
        } else {
            if (referenced && (old == nullptr || *old != value)) {
                draft.referenced.push_back(std::move(referenced));
            }
            row.set(column.id, std::move(value));
        }
        draft.columns.push_back(&column);
    }
    return {};
}

Result<void> apply_all(
    Reading& reading, std::initializer_list<const Input*> inputs, const Row* before, Draft& draft
) {
    for (const auto* input : inputs) ROOKERY_CHECK(apply(reading, *input, before, draft));
    std::ranges::sort(draft.columns, {}, &Column::id);
    return complete_state(draft.row, inputs);
}

void set_if_there(Row& row, std::string_view column, Value value) {
    const auto* known = row.table->column(column);
    if (known != nullptr) row.set(known->id, std::move(value));
}

}  // namespace

void sign(Row& row, const Authorship& by, bool created) {
    const RowRef user{schema::known::systemuser.id, by.user};
    const auto set_delegate = [&](std::string_view column) {
        if (by.delegate) {
            set_if_there(row, column, RowRef{user.table, *by.delegate});
        } else {
            set_if_there(row, column, Value{});
        }
    };
    const auto now = std::chrono::floor<std::chrono::seconds>(by.now);
    if (created) {
        set_if_there(row, "createdby", user);
        set_delegate("createdonbehalfby");
        set_if_there(row, "createdon", Instant{now});
    }
    set_if_there(row, "modifiedby", user);
    set_delegate("modifiedonbehalfby");
    set_if_there(row, "modifiedon", Instant{now});
}

namespace {

void derive_columns(Row& row) {
    if (const auto derive = rules_of(*row.table).derive) derive(row);
}

void follow_write(const Row* before, Row& row, const Authorship& by) {
    if (const auto follow = rules_of(*row.table).follow) follow(before, row, by);
}

/// Principals and roles belong to a unit: the caller's when none is named.
void default_unit(Row& row, const access::Facts& facts, const Uuid& caller) {
    const auto column = rules_of(*row.table).unit_column;
    if (row.table->column(column) == nullptr || row.find(column) != nullptr) return;
    if (const auto* user = facts.user(caller)) {
        row.set(column, RowRef{schema::known::businessunit.id, user->business_unit});
    }
}

/// After a migration the two dates change places: createdon reads as supplied.
void exchange_dates(Row& row) {
    const auto* supplied = row.get<Instant>("overriddencreatedon");
    const auto* created = row.get<Instant>("createdon");
    if (supplied == nullptr || created == nullptr) return;
    const auto inserted = *created;
    row.set("createdon", *supplied);
    row.set("overriddencreatedon", inserted);
}

}  // namespace

Result<Draft> draft_create(
    Reading& reading, const access::Facts& facts, const Table& table, const Uuid& id,
    std::initializer_list<const Input*> inputs, const Authorship& by
) {
    Draft draft;
    draft.row.table = &table;
    draft.row.id = id;
    draft.row.row_version = 1;
    draft.row.cells.reserve(table.columns.size());
    for (const auto& column : table.columns) {
        if (!column.has_initial) continue;
        if (column.type == Type::boolean) {
            draft.row.set(column.id, column.initial != 0);
        } else {
            draft.row.set(column.id, column.initial);
        }
    }
    ROOKERY_CHECK(apply_all(reading, inputs, nullptr, draft));
    if (table.ownership == schema::Ownership::user) {
        const RowRef caller{schema::known::systemuser.id, by.user};
        if (draft.new_owner && *draft.new_owner == caller) draft.new_owner.reset();
        ROOKERY_CHECK(set_owner(draft.row, facts, draft.new_owner.value_or(caller)));
    }
    default_unit(draft.row, facts, by.user);
    derive_columns(draft.row);
    follow_write(nullptr, draft.row, by);
    sign(draft.row, by, true);
    exchange_dates(draft.row);
    return draft;
}

Result<Draft> draft_update(
    Reading& reading, const access::Facts& facts, const Row& before, const Input& input,
    const Authorship& by
) {
    Draft draft;
    draft.row = before;
    ++draft.row.row_version;
    ROOKERY_CHECK(apply_all(reading, {&input}, &before, draft));
    if (draft.new_owner) ROOKERY_CHECK(set_owner(draft.row, facts, *draft.new_owner));
    derive_columns(draft.row);
    follow_write(&before, draft.row, by);
    sign(draft.row, by, false);
    return draft;
}

}  // namespace rookery::messages
