// A decision, however it was come by, cannot be paired with a step that it was not made for: Authorized asks itself.
// error: (is private within this context|private constructor)
#include "pipeline/authorized.hpp"

namespace rookery::messages {

Judged<Authorized<Change>> attempt(
    PlanBuilder& builder, [[maybe_unused]] access::Decision decision, Step<Change> step
) {
#ifdef ROOKERY_WRONG
    return Authorized<Change>(std::move(decision), std::move(step));
#else
    return Authorized<Change>::judge(builder, std::move(step));
#endif
}

}  // namespace rookery::messages
