// Restore: a deleted record comes back from the recycle bin. `Target` names it by its URL, or holds its id and the columns
// that are to have other values then.
#include "odata/operations/operation.hpp"
#include "odata/request/kept_record.hpp"

#include <utility>

namespace rookery::odata::operations::restore {
namespace {

Result<messages::Message> read(Call& call) {
    const auto& origin = call.request.origin();
    return call.request.with_body(
        messages::Restore{},
        [&](const JsonValue& body, messages::Restore& out) -> Result<> {
            ROOKERY_CHECK(check_members(body, {"Target"}));
            ROOKERY_TRY(auto record, read_kept_record(body, origin));
            out.target = std::move(record.target);
            out.input = std::move(record.input);
            return {};
        }
    );
}

void write(JsonWriter& json, const messages::RestoreReply& reply) {
    json.key("id");  // dataverse: in lower case
    json.uuid(reply.id);
}

constexpr metadata::Field takes[] = {
    {"Target", "crmbaseentity"},
};

constexpr metadata::Field gives[] = {
    {"id", "Edm.Guid"},
};

constexpr Operation operation{
    .name = "Restore",
    .kind = OperationKind::action,
    .takes = takes,
    .gives = gives,
    .read = read,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::restore
