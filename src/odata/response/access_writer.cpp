#include "odata/response/access_writer.hpp"

#include "base/bytes.hpp"
#include "odata/json/json_members.hpp"
#include "schema/known_tables.hpp"

namespace rookery::odata {
namespace {

namespace known = schema::known;

std::string_view word(access::UnmaskLevel level) {
    switch (level) {
        case access::UnmaskLevel::one_record:
            return "one_record";
        case access::UnmaskLevel::all_records:
            return "all_records";
        case access::UnmaskLevel::none:
            break;
    }
    return "none";
}

std::string_view word(access::ColumnView view) {
    switch (view) {
        case access::ColumnView::clear:
            return "clear";
        case access::ColumnView::masked:
            return "masked";
        case access::ColumnView::hidden:
            break;
    }
    return "hidden";
}

std::string_view word(access::Path::Rule rule) {
    switch (rule) {
        case access::Path::Rule::owner:
            return "owner";
        case access::Path::Rule::team:
            return "team";
        case access::Path::Rule::share:
            return "share";
        case access::Path::Rule::role:
            break;
    }
    return "role";
}

}  // namespace

std::string_view word(access::PrincipalKind kind) {
    return kind == access::PrincipalKind::user ? "user" : "team";
}

const schema::Table& table_of(access::PrincipalKind kind) {
    return kind == access::PrincipalKind::user ? known::systemuser : known::team;
}

void AccessWriter::text(std::string_view name, std::string_view value) {
    json_.key(name);
    json_.text(value);
}

void AccessWriter::flag(std::string_view name, bool value) {
    json_.key(name);
    json_.boolean(value);
}

void AccessWriter::count(std::string_view name, std::size_t value) {
    json_.key(name);
    json_.number(static_cast<std::uint64_t>(value));
}

void AccessWriter::named(const std::string& what, const schema::Table& table, const Uuid& id) {
    id_or_null(json_, what + "Id", id.is_nil() ? std::nullopt : std::optional{id});
    const auto found = names_.find(storage::RowRef{table.id, id});
    text_or_null(
        json_,
        what + "Name",
        found == names_.end() ? std::string_view{} : std::string_view{found->second}
    );
}

void AccessWriter::path(const access::Path& path) {
    json_.begin_object();
    text("Rule", word(path.rule));
    const bool team = path.rule == access::Path::Rule::team;
    named("OwningTeam", known::team, team ? path.id : Uuid{});
    if (path.rule == access::Path::Rule::share) {
        text("SharedWithKind", word(path.shared_with));
        named("SharedWith", table_of(path.shared_with), path.id);
        const bool ends = path.until != Instant::max();
        text_or_null(json_, "SharedUntil", ends ? to_iso8601(path.until) : std::string{});
    }
    named("Role", known::role, path.role);
    text("Depth", access::word(path.depth));
    named("HoldingTeam", known::team, path.team);
    json_.end_object();
}

void AccessWriter::credentials(const messages::LiveCredentials& all) {
    json_.key("Credentials");
    json_.begin_array();
    for (const auto& one : all.listed) {
        json_.begin_object();
        id_or_null(json_, "CredentialId", one.id);
        text("Fingerprint", to_hex(one.fingerprint));
        text_or_null(json_, "Name", one.name);
        named("Maker", known::systemuser, one.maker);
        named("ConfirmedBy", known::systemuser, one.confirmed_by.value_or(Uuid{}));
        json_.key("ExpiresOn");
        json_.time(one.expires);
        flag("Plaintext", one.plaintext);
        flag("Administration", one.administration);
        json_.end_object();
    }
    json_.end_array();
    flag("MoreCredentials", all.more);
}

void AccessWriter::reader(const access::Reader& reader, const messages::LiveCredentials& all) {
    json_.begin_object();
    named("User", known::systemuser, reader.user);
    flag("Enabled", reader.enabled);
    json_.key("Paths");
    json_.begin_array();
    for (const auto& one : reader.paths) path(one);
    json_.end_array();
    flag("MorePaths", reader.more_paths);
    json_.key("Columns");
    json_.begin_array();
    for (const auto& one : reader.columns) column(one);
    json_.end_array();
    credentials(all);
    json_.end_object();
}

void AccessWriter::table(const messages::ListedTable& listed) {
    json_.begin_object();
    text("Table", listed.access.table->name);
    const auto& rows = listed.access.rows;
    text("Rows", rows.all ? "all" : rows.none() ? "none" : "some");
    json_.key("Owners");
    json_.begin_array();
    for (const auto& owner : rows.owners) {
        json_.begin_object();
        text("Kind", word(owner.kind));
        named("Owner", table_of(owner.kind), owner.id);
        json_.end_object();
    }
    json_.end_array();
    count("OwnerCount", listed.owners);
    json_.key("BusinessUnits");
    json_.begin_array();
    for (const auto& unit : rows.units) {
        json_.begin_object();
        named("BusinessUnit", known::businessunit, unit);
        json_.end_object();
    }
    json_.end_array();
    count("BusinessUnitCount", listed.units);
    count("SharedCount", rows.shared.size());
    json_.key("Columns");
    json_.begin_array();
    for (const auto& one : listed.access.columns) {
        json_.begin_object();
        text("Column", one.column->name);
        flag("Create", one.create);
        flag("Read", one.read);
        flag("Update", one.update);
        text("Unmask", word(one.unmask));
        json_.end_object();
    }
    json_.end_array();
    json_.end_object();
}

void AccessWriter::held(const access::HeldPrivilege& one) {
    json_.begin_object();
    text("Privilege", one.privilege->name);
    text_or_null(
        json_,
        "Table",
        one.privilege->table == nullptr ? std::string_view{} : one.privilege->table->name
    );
    text("Depth", access::word(one.path.depth));
    named("Role", known::role, one.path.role);
    named("HoldingTeam", known::team, one.path.team);
    json_.end_object();
}

void AccessWriter::decided(const access::ColumnDecision& one) {
    json_.begin_object();
    text("Column", one.column->name);
    text("View", word(one.view));
    text("Unmask", word(one.permitted));
    flag("Unconfirmed", one.unconfirmed);
    json_.end_object();
}

void AccessWriter::column(const access::ClearColumn& one) {
    json_.begin_object();
    text("Column", one.column->name);
    text("Unmask", word(one.level));
    json_.key("Profiles");
    json_.begin_array();
    for (const auto& source : one.sources) {
        json_.begin_object();
        named("Profile", known::fieldsecurityprofile, source.profile);
        named("HoldingTeam", known::team, source.team);
        text("Unmask", word(source.level));
        json_.end_object();
    }
    json_.end_array();
    json_.end_object();
}

}  // namespace rookery::odata
