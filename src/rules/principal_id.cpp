#include "rules/principal_id.hpp"

namespace rookery::messages {

Result<void> check_principal_id(const access::Facts& facts, const Uuid& id) {
    if (facts.user(id) == nullptr && facts.team(id) == nullptr) return {};
    return fail(Errc::duplicate_id, "Cannot insert duplicate key.");
}

}  // namespace rookery::messages
