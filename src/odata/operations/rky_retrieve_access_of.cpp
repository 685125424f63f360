// rky_RetrieveAccessOf: what a user could read and give.
#include "odata/operations/operation.hpp"
#include "odata/request/access_parameters.hpp"
#include "odata/response/access_writer.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::odata::operations::rky_retrieve_access_of {
namespace {

constexpr Parameter parameters[] = {{"User", "@w", "Edm.Guid"}};

Result<messages::Message> read(Call& call) {
    ROOKERY_TRY(
        const auto given,
        read_access_parameters(call.function(), call.arguments, call.request.options())
    );
    return messages::Message{messages::RetrieveAccessOf{given.user}};
}

bool holds(const messages::AccessOfReply& reply, std::string_view privilege) {
    return std::ranges::any_of(reply.privileges, [&](const access::HeldPrivilege& one) {
        return one.privilege->name == privilege;
    });
}

void write(JsonWriter& json, const messages::AccessOfReply& reply) {
    AccessWriter body(json, reply.names);
    body.named("User", schema::known::systemuser, reply.user);
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

constexpr Operation operation{
    .name = "rky_RetrieveAccessOf",
    .kind = OperationKind::function,
    .parameters = parameters,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::rky_retrieve_access_of
