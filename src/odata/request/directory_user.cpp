#include "odata/request/directory_user.hpp"

#include "odata/request/raw_parameters.hpp"
#include "schema/known_tables.hpp"

namespace rookery::odata {

Result<messages::Target> read_directory_user(
    const Function& function, std::optional<std::string_view> arguments, const QueryOptions& options
) {
    ROOKERY_TRY(const auto given, read_raw_parameters(function, arguments, options));
    const auto name = directory_object[0].name;
    const auto found = given.find(name);
    const auto text = found == given.end() ? std::nullopt : text_of(found->second);
    const auto id = text ? Uuid::parse(*text) : std::nullopt;
    if (!id) return wrong_parameter(function, name);
    const auto& users = schema::known::systemuser;
    const schema::ColumnId column[] = {users.column("azureactivedirectoryobjectid")->id};
    return messages::Target{&users, messages::KeyValues{users.key(column), {*id}}};
}

}  // namespace rookery::odata
