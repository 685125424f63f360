#include "odata/response/access_body.hpp"

#include "base/errc.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <string>

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
        case access::Path::Rule::role:
            break;
    }
    return "role";
}

std::string_view word(access::PrincipalKind kind) {
    return kind == access::PrincipalKind::user ? "user" : "team";
}

const schema::Table& table_of(access::PrincipalKind kind) {
    return kind == access::PrincipalKind::user ? known::systemuser : known::team;
}

/// Writes the parts that the three answers share.
class Body {
  public:
    Body(JsonWriter& json, const messages::Names& names) : json_(json), names_(names) {}

    void text(std::string_view name, std::string_view value) {
        json_.key(name);
        json_.text(value);
    }

    void text_or_null(std::string_view name, std::string_view value) {
        json_.key(name);
        value.empty() ? json_.null() : json_.text(value);
    }

    void flag(std::string_view name, bool value) {
        json_.key(name);
        json_.boolean(value);
    }

    void count(std::string_view name, std::size_t value) {
        json_.key(name);
        json_.number(static_cast<std::uint64_t>(value));
    }

    void id_or_null(std::string_view name, const std::optional<Uuid>& id) {
        json_.key(name);
        id ? json_.uuid(*id) : json_.null();
    }

    /// "<what>Id" and "<what>Name"; both null for the nil id.
    void named(const std::string& what, const schema::Table& table, const Uuid& id) {
        id_or_null(what + "Id", id.is_nil() ? std::nullopt : std::optional{id});
        const auto found = names_.find(storage::RowRef{table.id, id});
        text_or_null(
            what + "Name", found == names_.end() ? std::string_view{} : std::string_view{found->second}
        );
    }

    void path(const access::Path& path) {
        json_.begin_object();
        text("Rule", word(path.rule));
        const bool team = path.rule == access::Path::Rule::team;
        named("OwningTeam", known::team, team ? path.id : Uuid{});
        named("Role", known::role, path.role);
        text("Depth", access::word(path.depth));
        named("HoldingTeam", known::team, path.team);
        json_.end_object();
    }

    void credentials(const messages::LiveCredentials& all) {
        json_.key("Credentials");
        json_.begin_array();
        for (const auto& one : all.listed) {
            json_.begin_object();
            id_or_null("CredentialId", one.id);
            text("Fingerprint", to_hex(one.fingerprint));
            text_or_null("Name", one.name);
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

    void reader(const access::Reader& reader, const messages::LiveCredentials& all) {
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

    void table(const messages::ListedTable& listed) {
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

    void held(const access::HeldPrivilege& one) {
        json_.begin_object();
        text("Privilege", one.privilege->name);
        text_or_null(
            "Table",
            one.privilege->table == nullptr ? std::string_view{} : one.privilege->table->name
        );
        text("Depth", access::word(one.path.depth));
        named("Role", known::role, one.path.role);
        named("HoldingTeam", known::team, one.path.team);
        json_.end_object();
    }

    void decided(const access::ColumnDecision& one) {
        json_.begin_object();
        text("Column", one.column->name);
        text("View", word(one.view));
        text("Unmask", word(one.permitted));
        flag("Unconfirmed", one.unconfirmed);
        json_.end_object();
    }

  private:
    void column(const access::ClearColumn& one) {
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

    JsonWriter& json_;
    const messages::Names& names_;
};

bool holds(const messages::AccessOfReply& reply, std::string_view privilege) {
    return std::ranges::any_of(reply.privileges, [&](const access::HeldPrivilege& one) {
        return one.privilege->name == privilege;
    });
}

}  // namespace

void write_who_can(JsonWriter& json, const messages::WhoCanReply& reply) {
    Body body(json, reply.names);
    body.text("Table", reply.table->name);
    body.id_or_null("RecordId", reply.record);
    body.text_or_null("RecordName", reply.record_name);
    const auto owner = reply.owner.value_or(access::Principal{});
    body.text_or_null("OwnerKind", reply.owner ? word(owner.kind) : std::string_view{});
    body.named("Owner", table_of(owner.kind), owner.id);
    body.flag("Inactive", reply.inactive);
    json.key("Columns");
    json.begin_array();
    for (const auto* column : reply.columns) json.text(column->name);
    json.end_array();
    json.key("Readers");
    json.begin_array();
    for (std::size_t i = 0; i < reply.readers.readers.size(); ++i) {
        body.reader(reply.readers.readers[i], reply.credentials[i]);
    }
    json.end_array();
    body.id_or_null("NextAfter", reply.readers.next_after);
}

void write_access_of(JsonWriter& json, const messages::AccessOfReply& reply) {
    Body body(json, reply.names);
    body.named("User", known::systemuser, reply.user);
    body.flag("Enabled", reply.enabled);
    body.flag("SystemAdministrator", reply.system_administrator);
    body.flag("GrantsPlaintext", holds(reply, schema::prv_grant_unmask));
    body.flag("ManagesCredentials", holds(reply, schema::prv_manage_credentials));
    body.flag("Administers", reply.administers);
    json.key("Tables");
    json.begin_array();
    for (const auto& table : reply.tables) body.table(table);
    json.end_array();
    json.key("Privileges");
    json.begin_array();
    for (const auto& one : reply.privileges) body.held(one);
    json.end_array();
    body.credentials(reply.credentials);
}

void write_explained(JsonWriter& json, const messages::ExplainReply& reply) {
    Body body(json, reply.names);
    body.named("User", known::systemuser, reply.user);
    body.text("Message", reply.asked);
    body.text("Table", reply.table->name);
    body.id_or_null("RecordId", reply.record);
    body.flag("Allowed", reply.allowed);
    const auto error = reply.error.value_or(Error{});
    const auto& known_as = info(error.code);
    body.text_or_null("Code", reply.error ? known_as.dataverse_code : std::string_view{});
    body.text_or_null("Error", reply.error ? known_as.name : std::string_view{});
    body.text_or_null("Text", error.message);
    body.text_or_null("Hint", error.hint);
    body.text_or_null(
        "MissingPrivilege", reply.missing == nullptr ? std::string_view{} : reply.missing->name
    );
    body.text_or_null("Rule", reply.rule);
    json.key("Path");
    reply.path ? body.path(*reply.path) : json.null();
    body.count("Rows", reply.rows);
    json.key("Columns");
    json.begin_array();
    for (const auto& one : reply.columns) body.decided(one);
    json.end_array();
    body.credentials(reply.credentials);
}

}  // namespace rookery::odata
