// WhoAmI: the caller, his business unit, the organization.
#include "odata/operations/operation.hpp"

namespace rookery::odata::operations::who_am_i {
namespace {

http::Response write(const Responder& responder, const messages::WhoAmIReply& reply) {
    auto out = responder.result("WhoAmI", [&](JsonWriter& json) {
        json.key("BusinessUnitId");
        json.uuid(reply.business_unit);
        json.key("UserId");
        json.uuid(reply.user);
        json.key("OrganizationId");
        json.uuid(reply.organization);
    });
    // The vendor's .NET sample library fails without it.
    out.set("x-ms-dop-hint", "4");
    return out;
}

constexpr metadata::Field gives[] = {
    {"BusinessUnitId", "Edm.Guid"},
    {"UserId", "Edm.Guid"},
    {"OrganizationId", "Edm.Guid"},
};

constexpr Operation operation{
    .name = "WhoAmI",
    .kind = OperationKind::function,
    .gives = gives,
    .read = reads_nothing<messages::WhoAmI>,
    .write = writes<write>,
};

}  // namespace

extern constinit const Rows table_rows{&operation, 1};

}  // namespace rookery::odata::operations::who_am_i
