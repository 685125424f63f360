// An Authorized comes from a Decision and from nothing else.
// error: (is private within this context|private constructor)
#include "messages/authorized.hpp"

namespace rookery::messages {

Authorized attempt(access::Decision decision, Step step) {
#ifdef ROOKERY_WRONG
    return Authorized(std::move(decision), std::move(step));
#else
    return Authorized::from(std::move(decision), std::move(step));
#endif
}

}  // namespace rookery::messages
