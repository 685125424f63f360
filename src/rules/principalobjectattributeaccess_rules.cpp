// Secured columns that are shared on one row. Who shares one needs Share on the row, and the permission on the column that
// he hands on.
#include "pipeline/metadata_id.hpp"
#include "pipeline/needs.hpp"
#include "rules/built_in_rows.hpp"
#include "rules/record_part.hpp"
#include "rules/row_facts.hpp"
#include "rules/table_rules.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages::principalobjectattributeaccess_rules {
namespace {

namespace known = schema::known;

access::ColumnShare share_of(const storage::Row& row) {
    access::ColumnShare out;
    const auto principal = fact_value<storage::RowRef>(row, "principalid");
    out.principal = principal.id;
    out.kind = principal.table == known::team.id ? access::PrincipalKind::team
                                                 : access::PrincipalKind::user;
    const auto object = fact_value<storage::RowRef>(row, "objectid");
    out.row = object.id;
    const auto [table, column] = secured_column(fact_value<Uuid>(row, "attributeid"));
    // Of a column that is none of the row's it gives nothing.
    if (table != nullptr && table->id == object.table) {
        out.table = table->id;
        out.column = column->id;
    }
    out.read = fact_value<bool>(row, "readaccess");
    out.update = fact_value<bool>(row, "updateaccess");
    return out;
}

access::Fact fact(const storage::Row& row) { return share_of(row); }

void derive(storage::Row& row) {
    const auto name_of = [&](std::string_view lookup) -> storage::Value {
        const auto* ref = row.get<storage::RowRef>(lookup);
        if (ref == nullptr) return {};
        return std::string(schema::table(ref->table)->name);
    };
    row.set("objecttypecode", name_of("objectid"));
    row.set("principalidtype", name_of("principalid"));
}

/// So many column shares of one record do not keep it from being deleted.
constexpr std::size_t column_shares_of_record_max = 200;

Result<void> check_new(const WriteCheck& write, const access::ColumnShare& share) {
    bool found = false;
    const auto of_record = to_string(share.row);
    auto others = write.claims.keys_with(of_record);
    write.builder.facts().column_shares().each<&access::ColumnShare::row>(
        share.row,
        [&](const Uuid&, const access::ColumnShare& other) {
            ++others;
            found = found || (other.principal == share.principal && other.kind == share.kind &&
                              other.table == share.table && other.column == share.column);
        }
    );
    const auto key = of_record + to_string(share.principal) + std::to_string(share.table) + "." +
                     std::to_string(share.column);
    if (found || !write.claims.claim_key(key)) {
        return fail(
            Errc::column_shared_already,
            "The column of this row is shared with the principal already."
        );
    }
    if (others < column_shares_of_record_max) return {};
    return fail(
        Errc::too_many_rows,
        "Columns of one record are shared at most " + std::to_string(column_shares_of_record_max) +
            " times."
    );
}

/// Whether the caller may share the row, and himself use the column there as he lets another use it.
Result<void> check_held(
    const PlanBuilder& builder, const storage::Row& object, const access::ColumnShare& share
) {
    if (is_system(builder.caller)) return {};
    access::Needs needs;
    needs.table = object.table;
    add_need(needs, schema::Right::share, object);
    const auto& column = *object.table->column(share.column);
    if (share.update) needs.use(column, access::ColumnUse::update);
    needs.use(column, access::ColumnUse::read);
    // By rights that last: a column share has no end.
    const auto lasting = builder.facts().at(Instant::max());
    const auto decision = access::decide(builder.caller, needs, lasting);
    builder.rely_on(decision);
    const bool hidden = share.read && decision.view(column) == access::ColumnView::hidden;
    if (decision.allowed() && !hidden) return {};
    return fail(
        Errc::column_share_denied,
        "Nobody shares a secured column on a record that he may not share, or further than he may "
        "use it there himself."
    );
}

Result<void> check_write(const WriteCheck& write) {
    auto share = share_of(write.draft.row);
    const bool made = write.before == nullptr;
    if (share.table == 0) {
        return fail(
            Errc::column_not_secured, "The column 'attributeid' names no secured column of the row."
        );
    }
    if (!share.read && !share.update) {
        return fail(
            made ? Errc::column_share_empty : Errc::column_share_emptied,
            "A column is shared to be read or to be updated.",
            made ? "set readaccess or updateaccess" : "delete the row instead"
        );
    }
    auto& builder = write.builder;
    if (made) ROOKERY_CHECK(check_new(write, share));
    const bool user = share.kind == access::PrincipalKind::user;
    if (user && access::is_built_in_user(share.principal)) return fail(built_in_protected());
    for (const auto& person : builder.caller.people()) {
        if (!user || person.system || person.user != share.principal) continue;
        return fail(
            Errc::access_denied,
            "Nobody shares a column with himself.",
            "ask another who may share it"
        );
    }
    ROOKERY_TRY(const auto object, builder.reading.live(*schema::table(share.table), share.row));
    add_need(write.needs, schema::Right::share, *object);
    return check_held(builder, *object, share);
}

/// Who ends one by itself needs what he would to make it, as RevokeAccess does.
Result<void> check_removal(const RemovalCheck& removal) {
    if (removal.along || is_system(removal.builder.caller)) return {};
    const auto object = fact_value<storage::RowRef>(removal.row, "objectid");
    ROOKERY_TRY(
        const auto row, removal.builder.reading.live(*schema::table(object.table), object.id)
    );
    add_need(removal.needs, schema::Right::share, *row);
    return {};
}

}  // namespace

extern const TableRules rules;
constinit const TableRules rules{
    .table = &schema::known::principalobjectattributeaccess,
    .action = audit::Action::grant,
    .fact = fact,
    .derive = derive,
    .check_write = check_write,
    .check_removal = check_removal,
    .needs_as_part = needs_of_a_note,
};

}  // namespace rookery::messages::principalobjectattributeaccess_rules
