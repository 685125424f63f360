#include "access/plaintext_gain.hpp"

#include "access/as_if_enabled.hpp"
#include "access/each_path.hpp"
#include "access/holders.hpp"
#include "access/scope_growth.hpp"
#include "access/share_ways.hpp"
#include "access/touched.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

bool reads_more(const Uuid& user, const Reach& after, const Facts& was, const Facts& is) {
    const auto* before = was.reach(user);
    const auto lasting_was = was.without_shares();
    const auto lasting_is = is.without_shares();
    schema::TableId last = 0;
    for (const auto& column : after.columns) {
        if (column.unmask == UnmaskLevel::none) continue;
        const auto* old = before == nullptr ? nullptr : before->column(column.table, column.column);
        if (old == nullptr || old->unmask < column.unmask) return true;
        if (column.table == last) continue;
        last = column.table;
        const auto& table = *schema::table(column.table);
        const auto right = schema::Right::read;
        if (grew(
                scope_of(user, table, right, lasting_was),
                scope_of(user, table, right, lasting_is),
                was
            ))
            return true;
    }
    return false;
}

bool identified_anew(const Uuid& user, const User& row, const Facts& was, const Facts& is) {
    const bool by_object = is.user_by_entra_object(row.entra_object) == user &&
                           was.user_by_entra_object(row.entra_object) != user;
    const bool by_application = is.user_by_application(row.application) == user &&
                                was.user_by_application(row.application) != user;
    return by_object || by_application;
}

bool credential_grew(const Uuid& id, const Credential& now, const Facts& was) {
    const auto* old = was.credential(id);
    if (!now.plaintext) return false;
    if (old == nullptr || !was.valid(*old) || !old->plaintext) return true;
    const bool freed = old->certificate != now.certificate && !old->certificate.empty();
    return old->user != now.user || old->hash != now.hash || old->expires < now.expires || freed;
}

bool has_more_credentials(const Uuid& user, const Facts& was, const Facts& is) {
    for (const auto& id : is.credentials_of(user)) {
        const auto& credential = *is.credential(id);
        if (is.valid(credential) && credential_grew(id, credential, was)) return true;
    }
    return false;
}

bool unmasks(const Reach* reach) {
    return reach != nullptr && reach->enabled &&
           std::ranges::any_of(reach->columns, [](const ColumnReach& column) {
               return column.unmask != UnmaskLevel::none;
           });
}

/// What Caller::application says of him.
bool is_application(const Uuid& user, const Facts& facts) {
    const auto* row = facts.user(user);
    return row != nullptr && !row->application.is_nil();
}

bool gains_by_facts(const Uuid& user, const Facts& was, const Facts& is) {
    const auto* after = is.reach(user);
    if (!unmasks(after)) return false;
    // An agent gets a replaced token during its grace time alone; a person as long as it is kept.
    if (is_application(user, was) && !is_application(user, is)) return true;
    return !was.enabled(user) || reads_more(user, *after, was, is) ||
           reads_more_shared(user, was, is);
}

bool opened(const Uuid& user, const Facts& was, const Facts& is) {
    return unmasks(is.reach(user)) &&
           (identified_anew(user, *is.user(user), was, is) || has_more_credentials(user, was, is));
}

bool reads(
    const Uuid& user, const Facts& facts, const RowFacts& row, const schema::Column& column,
    const schema::Table& table
) {
    const auto* reach = facts.reach(user);
    if (reach == nullptr || !reach->enabled) return false;
    const auto* permission = reach->column(table.id, column.id);
    if (permission == nullptr || permission->unmask == UnmaskLevel::none) return false;
    const auto& privilege = schema::privilege(table, schema::Right::read);
    return each_path(user, *reach, facts, privilege, row, [](const Path&) { return true; });
}

bool gains_by_record(
    const Uuid& user, const Facts& was, const Facts& is, const RecordChange& record
) {
    return std::ranges::any_of(record.kept, [&](const schema::Column* column) {
        return reads(user, is, *record.after, *column, *record.table) &&
               !(record.before && reads(user, was, *record.before, *column, *record.table));
    });
}

/// Those of `users` for whom `gained(user, before, after)`, as they are or as if enabled.
template <class Gained>
std::vector<Uuid> gaining(
    std::vector<Uuid> users, const Facts& before, const Facts& after, Gained gained
) {
    const auto was = as_if_enabled(before, users);
    const auto is = as_if_enabled(after, users);
    std::erase_if(users, [&](const Uuid& user) {
        if (gained(user, before, after)) return false;
        if (!was && !is) return true;
        return !gained(user, was ? *was : before, is ? *is : after);
    });
    return users;
}

/// Whom the changes may give something that is read in clear.
std::vector<Uuid> candidates(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    if (changes.empty()) return {};
    auto users = affected_users(before, after, changes);
    if (users) return std::move(*users);
    return holders_of_permission(after, [](const FieldPermission&) { return true; });
}

}  // namespace

std::vector<Uuid> plaintext_gain(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    return gaining(candidates(before, after, changes), before, after, gains_by_facts);
}

std::vector<Uuid> plaintext_opened(
    const Facts& before, const Facts& after, std::span<const FactChange> changes
) {
    return gaining(candidates(before, after, changes), before, after, opened);
}

std::vector<Uuid> plaintext_gain(
    const Facts& before, const Facts& after, const RecordChange& record
) {
    if (!record.after || record.kept.empty()) return {};
    // What is shared of it shows what comes to be shown; where it moves, a new owner's way is one more.
    const auto was = record.before ? before.without_shares() : before;
    const auto is = record.before ? after.without_shares() : after;
    auto users = holders_of_permission(after, [&](const FieldPermission& row) {
        return row.table == record.table->id &&
               std::ranges::any_of(record.kept, [&](const schema::Column* column) {
                   return column->id == row.column;
               });
    });
    return gaining(
        std::move(users),
        was,
        is,
        [&](const Uuid& user, const Facts& earlier, const Facts& later) {
            return gains_by_record(user, earlier, later, record);
        }
    );
}

}  // namespace rookery::access
