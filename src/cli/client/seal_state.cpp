#include "cli/client/seal_state.hpp"

#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"

#include <nlohmann/json.hpp>

namespace rookery::cli {

Result<SealState> seal_state_in(const ApiReply& reply) {
    ROOKERY_TRY(const auto document, object_of(reply));
    const auto given = number_member(document, "SharesGiven");
    const auto needed = number_member(document, "SharesNeeded");
    if (!document.contains("Sealed") || !given || !needed) {
        return fail(Errc::bad_payload, "the server's answer does not say whether it is sealed");
    }
    // An older server does not say.
    const bool by_request = !document.contains("ByRequest") || flag_member(document, "ByRequest");
    return SealState{flag_member(document, "Sealed"), *given, *needed, by_request};
}

Result<SealState> seal_state_of(ApiClient& client) {
    ROOKERY_TRY(const auto reply, client.request("GET", "rky_RetrieveSealStatus()"));
    return seal_state_in(reply);
}

}  // namespace rookery::cli
