// Whom a request names to act on his behalf: MSCRMCallerID holds his systemuserid, CallerObjectId his
// azureactivedirectoryobjectid (dataverse: "Impersonate another user using the Web API").
#pragma once

#include "base/http_message.hpp"
#include "identity/impersonate.hpp"

namespace rookery::odata {

/// `unreadable` is Errc::malformed for a header that comes twice or holds no GUID.
[[nodiscard]] identity::Impersonation read_impersonation(const http::Request& request);

}  // namespace rookery::odata
