// Only decide() makes a Decision.
// error: (is private within this context|private constructor)
#include "access/decide.hpp"

namespace rookery::access {

Decision attempt(
    [[maybe_unused]] const Caller& caller, [[maybe_unused]] const Needs& needs,
    [[maybe_unused]] const Facts& facts
) {
#ifdef ROOKERY_WRONG
    return Decision();
#else
    return decide(caller, needs, facts);
#endif
}

}  // namespace rookery::access
