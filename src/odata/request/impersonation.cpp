#include "odata/request/impersonation.hpp"

#include "odata/request/pieces.hpp"

#include <string>
#include <string_view>

namespace rookery::odata {
namespace {

struct NamingHeader {
    std::string_view name;
    std::optional<Uuid> identity::Impersonation::*named;
};

constexpr NamingHeader naming_headers[] = {
    {"MSCRMCallerID", &identity::Impersonation::user},
    {"CallerObjectId", &identity::Impersonation::entra_object},
};

}  // namespace

identity::Impersonation read_impersonation(const http::Request& request) {
    identity::Impersonation out;
    for (const auto& header : naming_headers) {
        const auto* const value = request.header(header.name);
        if (value == nullptr) continue;
        out.*header.named = Uuid::parse(without_blanks(*value));
        if (request.count(header.name) == 1 && out.*header.named) continue;
        out.unreadable = Error{
            Errc::malformed,
            "The header '" + std::string{header.name} + "' must hold one GUID.",
            {},
            {}};
    }
    return out;
}

}  // namespace rookery::odata
