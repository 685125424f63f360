#include "pipeline/needs.hpp"

#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using access::Needs;
using schema::Right;

access::UnmaskLevel level_asked(const Selection& selection, bool one_record) {
    if (!selection.unmasked) return access::UnmaskLevel::none;
    return one_record ? access::UnmaskLevel::one_record : access::UnmaskLevel::all_records;
}

void use_sealed(
    Needs& needs, const schema::Table& table, const Selection& selection, bool one_record
) {
    const auto level = level_asked(selection, one_record);
    const auto use = [&](const schema::Column& column) {
        if (column.type == schema::Type::sealed) needs.use(column, access::ColumnUse::read, level);
    };
    if (selection.columns.empty()) {
        for (const auto& column : table.columns) use(column);
    } else {
        for (const auto* column : selection.columns) use(*column);
    }
}

void need_references(Needs& needs, const Draft& draft, const access::RowFacts& own) {
    if (draft.referenced.empty()) return;
    needs.need(*draft.row.table, Right::append, own);
    for (const auto& row : draft.referenced) add_need(needs, Right::append_to, *row);
}

}  // namespace

access::RowFacts facts_of(const storage::Row& row) {
    access::RowFacts facts;
    facts.id = row.id;
    if (row.table == &schema::known::systemuser) {
        facts.owner = access::Principal{access::PrincipalKind::user, row.id};
    } else if (row.table == &schema::known::team) {
        facts.owner = access::Principal{access::PrincipalKind::team, row.id};
    } else if (const auto* owner = row.get<storage::RowRef>("ownerid")) {
        const bool team = owner->table == schema::known::team.id;
        facts.owner = access::Principal{
            team ? access::PrincipalKind::team : access::PrincipalKind::user, owner->id};
    }
    const auto& unit_column = row.table->unit_column;
    if (unit_column.empty()) return facts;
    if (unit_column == row.table->primary_id) {
        facts.owning_unit = row.id;
    } else if (const auto* unit = row.get<storage::RowRef>(unit_column)) {
        facts.owning_unit = unit->id;
    }
    return facts;
}

std::vector<const schema::Column*> sealed_columns(const storage::Row& row) {
    std::vector<const schema::Column*> out;
    for (const auto& cell : row.cells) {
        if (!std::holds_alternative<storage::SealedValue>(cell.value)) continue;
        out.push_back(row.table->column(cell.column));
    }
    return out;
}

bool is_inactive(const storage::Row& row) {
    const auto* state = row.get<std::int64_t>("statecode");
    return state != nullptr && *state != 0;
}

void add_need(Needs& needs, Right right, const storage::Row& row) {
    needs.need(*row.table, right, facts_of(row));
}

Needs needs_of_table(const schema::Table& table, Right right) {
    Needs needs;
    needs.table = &table;
    needs.need(table, right);
    return needs;
}

Needs needs_of_anyone() {
    Needs needs;
    needs.open_to_all = true;
    return needs;
}

Needs needs_of_general(std::string_view privilege) {
    Needs needs;
    needs.need(privilege);
    return needs;
}

Needs needs_to_create(const Draft& draft) {
    Needs needs;
    needs.table = draft.row.table;
    const auto facts = facts_of(draft.row);
    needs.need(*draft.row.table, Right::create, facts);
    if (draft.row.table->ownership == schema::Ownership::user) {
        needs.need(*draft.row.table, Right::assign, facts);
        const bool user = facts.owner && facts.owner->kind == access::PrincipalKind::user;
        if (user) needs.rows.back().except = facts.owner->id;
    }
    need_references(needs, draft, facts);
    for (const auto* column : draft.columns) {
        if (column->type == schema::Type::sealed) needs.use(*column, access::ColumnUse::create);
        if (column->name == "overriddencreatedon") needs.need(schema::prv_override_created_on);
    }
    return needs;
}

Needs needs_to_update(const storage::Row& before, const Draft& draft) {
    auto needs = needs_to_change(before);
    if (draft.new_owner) add_need(needs, Right::assign, before);
    need_references(needs, draft, facts_of(before));
    for (const auto* column : draft.columns) {
        if (column->type == schema::Type::sealed) needs.use(*column, access::ColumnUse::update);
    }
    return needs;
}

Needs needs_to_change(const storage::Row& row) {
    Needs needs;
    needs.table = row.table;
    add_need(needs, Right::write, row);
    return needs;
}

Needs needs_to_remove(const storage::Row& row) {
    Needs needs;
    needs.table = row.table;
    add_need(needs, Right::remove, row);
    return needs;
}

Needs needs_to_read(const storage::Row& row, const Selection& selection, bool one_record) {
    Needs needs;
    needs.table = row.table;
    add_need(needs, Right::read, row);
    use_sealed(needs, *row.table, selection, one_record);
    return needs;
}

Needs needs_to_list(const schema::Table& table, const Selection& selection) {
    auto needs = needs_of_table(table, Right::read);
    use_sealed(needs, table, selection, false);
    return needs;
}

Needs needs_to_link(const storage::Row& first, const storage::Row& second) {
    Needs needs;
    add_need(needs, Right::append, first);
    add_need(needs, Right::append, second);
    return needs;
}

}  // namespace rookery::messages
