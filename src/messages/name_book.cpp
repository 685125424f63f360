#include "messages/name_book.hpp"

#include "schema/known_tables.hpp"

namespace rookery::messages {

namespace known = schema::known;

NameBook::NameBook(const PlanBuilder& builder)
    : builder_(builder),
      facts_(builder.facts()),
      reads_log_(builder.decide(needs_of_general(schema::prv_read_audit)).allowed()) {}

void NameBook::user(const Uuid& id) {
    if (const auto* row = facts_.user(id)) put(known::systemuser, id, row->full_name);
}

void NameBook::team(const Uuid& id) {
    if (const auto* row = facts_.team(id)) put(known::team, id, row->name);
}

void NameBook::role(const Uuid& id) {
    if (const auto* row = facts_.role(id)) put(known::role, id, row->name);
}

void NameBook::profile(const Uuid& id) {
    if (const auto* row = facts_.profile(id)) put(known::fieldsecurityprofile, id, row->name);
}

void NameBook::unit(const Uuid& id) {
    if (const auto* row = facts_.business_unit(id)) put(known::businessunit, id, row->name);
}

void NameBook::principal(const access::Principal& who) {
    who.kind == access::PrincipalKind::user ? user(who.id) : team(who.id);
}

void NameBook::path(const access::Path& path) {
    if (path.rule == access::Path::Rule::team) team(path.id);
    if (path.rule == access::Path::Rule::share) principal({path.shared_with, path.id});
    role(path.role);
    team(path.team);
}

void NameBook::credentials(const LiveCredentials& all) {
    for (const auto& one : all.listed) {
        user(one.maker);
        if (one.confirmed_by) user(*one.confirmed_by);
    }
}

void NameBook::put(const schema::Table& table, const Uuid& id, const std::string& name) {
    if (name.empty()) return;
    const bool own = id == builder_.caller.user;
    if (own || reads_log_ ||
        builder_.decide(needs_of_table(table, schema::Right::read)).allowed()) {
        names_.emplace(storage::RowRef{table.id, id}, name);
    }
}

}  // namespace rookery::messages
