// RetrievePrincipalAccess: which rights a user or a team has on a row.
#include "odata/operations/operation.hpp"
#include "odata/request/raw_parameters.hpp"
#include "odata/request/sharing.hpp"

#include <utility>

namespace rookery::odata::operations::retrieve_principal_access {
namespace {

constexpr Parameter parameters[] = {{"Target", "@p1", "crmbaseentity"}};

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    ROOKERY_TRY(
        const auto given, read_raw_parameters(function, call.arguments, call.request.options())
    );
    const auto found = given.find("Target");
    if (found == given.end()) return wrong_parameter(function, "Target");
    ROOKERY_TRY(auto target, target_of(found->second, call.request.origin()));
    if (!target) return wrong_parameter(function, "Target");
    messages::RetrievePrincipalAccess out;
    out.principal = std::move(call.row);
    out.target = std::move(*target);
    return messages::Message{std::move(out)};
}

void write(JsonWriter& json, const messages::PrincipalAccessReply& reply) {
    std::uint32_t rights = 0;
    for (const auto right : reply.rights) rights |= schema::name_of(right).access_bit;
    json.key("AccessRights");
    json.text(text_of_access_rights(rights));
}

constexpr metadata::Field gives[] = {{"AccessRights", "AccessRights"}};

constexpr Operation of(std::string_view table) {
    return {
        .name = "RetrievePrincipalAccess",
        .kind = OperationKind::function,
        .binding = Binding::row,
        .table = table,
        .parameters = parameters,
        .gives = gives,
        .read = read,
        .write = writes<write>,
    };
}

constexpr Operation rows[] = {of("systemuser"), of("team")};

}  // namespace

extern constinit const Rows table_rows{rows};

}  // namespace rookery::odata::operations::retrieve_principal_access
