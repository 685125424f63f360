// RetrieveUserPrivilegeByPrivilegeId, …ByPrivilegeName, RetrieveUserSetOfPrivilegesByIds, …ByNames: those privileges among a
// user's that are named. A name or id that no privilege has is one that the user does not have either.
#include "odata/operations/answer_fields.hpp"
#include "odata/operations/operation.hpp"
#include "odata/request/raw_parameters.hpp"
#include "odata/response/privileges_writer.hpp"

#include <string>
#include <utility>
#include <vector>

namespace rookery::odata::operations::retrieve_user_set_of_privileges {
namespace {

using Texts = std::optional<std::vector<std::string>>;

/// What is named, of the one parameter that each of these has.
Texts named(std::string_view raw, const Parameter& parameter) {
    if (parameter.type.starts_with("Collection(")) {
        return texts_of(raw, messages::privileges_asked_max);
    }
    auto text = text_of(raw);
    if (!text) return std::nullopt;
    return std::vector{std::move(*text)};
}

bool takes_ids(const Parameter& parameter) {
    return parameter.type.find("Edm.Guid") != std::string_view::npos;
}

Result<messages::Message> read(Call& call) {
    const auto function = call.function();
    const auto& parameter = function.parameters.front();
    ROOKERY_TRY(
        const auto given, read_raw_parameters(function, call.arguments, call.request.options())
    );
    const auto found = given.find(parameter.name);
    if (found == given.end()) return wrong_parameter(function, parameter.name);
    const auto texts = named(found->second, parameter);
    if (!texts) return wrong_parameter(function, parameter.name);
    messages::RetrieveUserPrivileges out;
    out.target = std::move(call.row);
    out.called = call.operation.name;
    auto& only = out.only.emplace();
    for (const auto& text : *texts) {
        const auto id = takes_ids(parameter) ? Uuid::parse(text) : std::nullopt;
        if (takes_ids(parameter) && !id) return wrong_parameter(function, parameter.name);
        const auto* privilege = id ? schema::privilege(*id) : schema::privilege(text);
        if (privilege != nullptr) only.push_back(privilege);
    }
    return messages::Message{std::move(out)};
}

constexpr Parameter id[] = {{"PrivilegeId", "@p1", "Edm.Guid"}};
constexpr Parameter name[] = {{"PrivilegeName", "@p1"}};
constexpr Parameter ids[] = {{"PrivilegeIds", "@p1", "Collection(Edm.Guid)"}};
constexpr Parameter names[] = {{"PrivilegeNames", "@p1", "Collection(Edm.String)"}};

constexpr Operation function(std::string_view called, std::span<const Parameter> parameters) {
    return {
        .name = called,
        .kind = OperationKind::function,
        .binding = Binding::row,
        .table = "systemuser",
        .parameters = parameters,
        .gives = privileges_answer,
        .read = read,
        .write = writes<write_privileges>,
    };
}

constexpr Operation rows[] = {
    function("RetrieveUserPrivilegeByPrivilegeId", id),
    function("RetrieveUserPrivilegeByPrivilegeName", name),
    function("RetrieveUserSetOfPrivilegesByIds", ids),
    function("RetrieveUserSetOfPrivilegesByNames", names),
};

}  // namespace

extern constinit const Rows table_rows{rows};

}  // namespace rookery::odata::operations::retrieve_user_set_of_privileges
