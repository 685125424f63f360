// A Step that nobody allowed cannot be carried out.
// error: (could not convert|no (known conversion|viable conversion|matching function)|cannot convert|cannot bind|invalid initialization)
#include "messages/apply_change.hpp"

namespace rookery::messages {

void attempt(PlanBuilder& builder, Step<Change> step) {
#ifdef ROOKERY_WRONG
    [[maybe_unused]] const auto written = apply_change(builder, step);
#else
    auto allowed = Authorized<Change>::judge(builder, std::move(step));
    [[maybe_unused]] const auto written = apply_change(builder, *allowed);
#endif
}

}  // namespace rookery::messages
