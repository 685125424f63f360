#include "pipeline/reading.hpp"

#include "access/built_in.hpp"
#include "base/integrity_failure.hpp"
#include "ledger/row_freshness.hpp"
#include "pipeline/audit_rows.hpp"
#include "pipeline/made_rows.hpp"
#include "pipeline/needs.hpp"
#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"
#include "storage/stored_tag.hpp"

#include <array>
#include <functional>

namespace rookery::messages {

Error does_not_exist(const schema::Table& table, const Uuid& id) {
    return {
        Errc::not_found,
        "Entity '" + std::string(table.name) + "' With Id = " + to_string(id) + " Does Not Exist",
        {},
        {}};
}

Error no_such_key(const schema::Table& table) {
    return {
        Errc::key_not_found,
        "A record with the specified key values does not exist in " + std::string(table.name) +
            " entity",
        {},
        {}};
}

namespace {

/// What is so in every row says the column. What may be done with the vault's own rows is nothing.
void set_constants(storage::Row& row) {
    for (const auto& column : row.table->columns) {
        if (!column.derived) continue;
        if (column.type == schema::Type::managed) {
            row.set(column.id, !access::is_built_in_form(row.id));
        } else if (!column.constant.empty()) {
            row.set(column.id, std::string(column.constant));
        } else if (column.has_initial && column.shape() == schema::Shape::flag) {
            row.set(column.id, column.initial != 0);
        } else if (column.has_initial) {
            row.set(column.id, column.initial);
        }
    }
}

/// Of the tables whose rows have owners, by id: those with such a column.
constexpr auto has_constants = [] {
    std::array<bool, schema::known::served_count + 1> out{};
    for (const auto* table : schema::known::all) {
        if (table->outside) continue;
        for (const auto& column : table->columns) {
            if (column.derived && column.targets.empty()) out[table->id] = true;
        }
    }
    return out;
}();

}  // namespace

void derive(storage::Row& row, const access::Facts& facts) {
    if (row.table->ownership != schema::Ownership::user) return set_constants(row);
    if (has_constants[row.table->id]) set_constants(row);
    const auto* owner = row.get<storage::RowRef>("ownerid");
    if (owner == nullptr) return;
    Uuid unit;
    if (owner->table == schema::known::team.id) {
        if (const auto* team = facts.team(owner->id)) unit = team->business_unit;
    } else if (const auto* user = facts.user(owner->id)) {
        unit = user->business_unit;
    }
    row.set(
        "owningbusinessunit",
        unit.is_nil() ? storage::Value{} : storage::RowRef{schema::known::businessunit.id, unit}
    );
}

Result<Found> Reading::peek(const schema::Table& table, const Uuid& id) const {
    return get(table, id, storage::row_key({table.id, id}));
}

Result<Found> Reading::get(const schema::Table& table, const Uuid& id, std::string_view key) const {
    if (table.made) {
        auto row = made_row(table, id);
        return Found{row ? Found::State::live : Found::State::absent, std::move(row), 0};
    }
    if (table.of_log) {
        ROOKERY_TRY(auto entry, find_audit(view_, id));
        if (!entry) return Found{};
        return Found{Found::State::live, audit_row(std::move(*entry)), 0};
    }
    auto found = Result<Found>{};
    const auto use = [&](std::string_view stored) { found = decode(table, id, stored); };
    ROOKERY_TRY(const bool there, view_.store()->get(storage::Family::rows, key, std::ref(use)));
    if (!there) ROOKERY_CHECK(check_fresh({table.id, id}, nullptr));
    return found;
}

Result<void> Reading::check_fresh(const storage::RowRef& row, const Digest* tag) const {
    const auto& snapshot = view_.snapshot();
    if (is_planned(row)) return {};
    if (!snapshot.freshness || snapshot.freshness->agrees(row, tag)) return {};
    found_stale_ = true;
    return integrity_failure();
}

Result<Found> Reading::decode(const schema::Table& table, const Uuid& id, std::string_view stored)
    const {
    ROOKERY_TRY(auto decoded, storage::decode(table, id, stored, authenticator_));
    auto* row = std::get_if<storage::Row>(&decoded);
    if (row == nullptr) {
        auto& gone = std::get<storage::Tombstone>(decoded);
        ROOKERY_CHECK(check_fresh({table.id, id}, &gone.tag));
        if (gone.kept) derive(gone.kept->row, view_.facts());
        return Found{Found::State::tombstone, {}, stored.size(), std::move(gone.kept)};
    }
    ROOKERY_CHECK(check_fresh({table.id, id}, &row->tag));
    derive(*row, view_.facts());
    return Found{
        Found::State::live, std::make_shared<const storage::Row>(std::move(*row)), stored.size()};
}

Result<Found> Reading::read(const schema::Table& table, const Uuid& id) {
    const bool planned = is_planned({table.id, id});  // it may become another at any time
    auto known = planned ? nullptr : recent().find(table, id);
    // A part of a change set has guards of its own: whether those before it count is not for it to know.
    if (known && view_.recent() == nullptr) return Found{Found::State::live, std::move(known), 0};
    const auto& guarded =
        guards_.keys.emplace_back(storage::Family::rows, storage::row_key({table.id, id}));
    if (known) return Found{Found::State::live, std::move(known), 0};
    ROOKERY_TRY(auto found, get(table, id, guarded.second));
    if (found.row && !planned) recent().keep(found.row);
    return found;
}

Result<std::optional<std::string>> Reading::stored(const storage::RowRef& row) {
    const auto& guarded = guards_.keys.emplace_back(storage::Family::rows, storage::row_key(row));
    std::optional<std::string> out;
    const auto use = [&](std::string_view stored) { out = std::string(stored); };
    ROOKERY_CHECK(view_.store()->get(storage::Family::rows, guarded.second, std::ref(use)));
    const auto tag = out ? storage::stored_tag(*out) : std::optional<Digest>{};
    if (out && !tag) return out;  // no row at all, which whoever decodes it finds
    ROOKERY_CHECK(check_fresh(row, tag ? &*tag : nullptr));
    return out;
}

Result<RowPtr> Reading::live(const schema::Table& table, const Uuid& id) {
    ROOKERY_TRY(auto found, read(table, id));
    if (found.state != Found::State::live) return fail(does_not_exist(table, id));
    return std::move(found.row);
}

Result<std::vector<Uuid>> Reading::ids_in(const storage::KeyRange& range, std::size_t limit) const {
    std::vector<Uuid> ids;
    const auto cursor = view_.store()->scan(range, storage::Order::ascending);
    for (; cursor->valid() && ids.size() < limit; cursor->next()) {
        ids.push_back(storage::id_of(cursor->key()));
    }
    ROOKERY_CHECK(cursor->status());
    return ids;
}

namespace {

/// The rows that index entries lead to, each verified to lead to `parent` itself.
template <class Read>
Result<std::vector<RowPtr>> rows_leading_to(
    const storage::RowRef& parent, const schema::Column& column, const std::vector<Uuid>& ids,
    Read read
) {
    std::vector<RowPtr> rows;
    rows.reserve(ids.size());
    for (const auto& id : ids) {
        ROOKERY_TRY(auto found, read(id));
        const auto* lookup =
            found.state == Found::State::live ? found.row->find(column.id) : nullptr;
        if (lookup == nullptr || *lookup != storage::Value(parent)) {
            return integrity_failure();
        }
        rows.push_back(std::move(found.row));
    }
    return rows;
}

}  // namespace

Result<RowPtr> Reading::find(const schema::Table& table, const KeyValues& key) {
    auto range = storage::by_key(table, *key.key, key.values);
    ROOKERY_TRY(const auto ids, ids_in(range, 1));
    guards_.ranges.push_back(std::move(range));
    if (ids.empty()) return fail(no_such_key(table));
    ROOKERY_TRY(auto found, read(table, ids.front()));
    // The entry is a hint: the row it leads to must exist and carry the key.
    if (found.state != Found::State::live || !storage::carries(*found.row, *key.key, key.values)) {
        return integrity_failure();
    }
    return std::move(found.row);
}

Result<RowPtr> Reading::find_for_caller(
    const schema::Table& table, const KeyValues& key, schema::Right right
) {
    ROOKERY_TRY(auto row, find(table, key));
    const auto judge = [&](schema::Right wanted) {
        access::Needs needs;
        add_need(needs, wanted, *row);
        return access::decide(caller_, needs, view_.facts());
    };
    auto reading = judge(schema::Right::read);
    if (reading.allowed() || judge(right).allowed()) return row;
    if (!withheld_) withheld_ = Withheld{row->ref(), std::move(reading)};
    return fail(no_such_key(table));
}

Result<RowPtr> Reading::live(const Target& target, schema::Right right) {
    if (const auto* id = std::get_if<Uuid>(&target.by)) return live(*target.table, *id);
    return find_for_caller(*target.table, std::get<KeyValues>(target.by), right);
}

Result<std::vector<RowPtr>> Reading::children(
    const schema::Table& table, const schema::Column& column, const storage::RowRef& parent,
    std::size_t limit
) {
    const auto range = storage::by_lookup(table, column, parent);
    guards_.ranges.push_back(range);
    ROOKERY_TRY(const auto ids, ids_in(range, limit));
    return rows_leading_to(parent, column, ids, [&](const Uuid& id) { return read(table, id); });
}

Result<std::vector<RowPtr>> Reading::in_state(
    const schema::Table& table, std::int64_t state, std::size_t limit
) {
    auto range = storage::by_state(table, state);
    ROOKERY_TRY(const auto ids, ids_in(range, limit));
    guards_.ranges.push_back(std::move(range));
    std::vector<RowPtr> rows;
    rows.reserve(ids.size());
    for (const auto& id : ids) {
        ROOKERY_TRY(auto found, read(table, id));
        const auto* held = found.row ? found.row->get<std::int64_t>("statecode") : nullptr;
        if (held == nullptr || *held != state) return integrity_failure();
        rows.push_back(std::move(found.row));
    }
    return rows;
}

Result<std::vector<RowPtr>> Reading::peek_children(
    const schema::Table& table, const schema::Column& column, const storage::RowRef& parent,
    std::size_t limit
) const {
    ROOKERY_TRY(const auto ids, ids_in(storage::by_lookup(table, column, parent), limit));
    return rows_leading_to(parent, column, ids, [&](const Uuid& id) { return peek(table, id); });
}

}  // namespace rookery::messages
