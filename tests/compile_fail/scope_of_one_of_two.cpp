// What judges a right is asked by the whole caller, not by the id of one of those he calls for.
// error: (no matching function for call to|could not convert|invalid initialization of reference|no known conversion)
#include "access/scope.hpp"
#include "schema/known_tables.hpp"

namespace rookery::access {

Scope attempt(const Caller& caller, const Facts& facts) {
    const auto& table = schema::known::systemuser;
#ifdef ROOKERY_WRONG
    return scope(caller.user, table, schema::Right::read, facts);
#else
    return scope(caller, table, schema::Right::read, facts);
#endif
}

}  // namespace rookery::access
