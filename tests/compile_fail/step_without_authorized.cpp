// A Step that nobody allowed cannot be executed.
// error: (could not convert|no (known conversion|viable conversion|matching function)|cannot convert)
#include "messages/execute.hpp"

namespace rookery::messages {

void attempt(Planning& planning, [[maybe_unused]] access::Decision decision, Step step) {
#ifdef ROOKERY_WRONG
    std::vector<Step> steps;
    steps.push_back(std::move(step));
#else
    std::vector<Authorized> steps;
    steps.push_back(Authorized::from(std::move(decision), std::move(step)));
#endif
    [[maybe_unused]] const auto reply = execute(planning, std::move(steps));
}

}  // namespace rookery::messages
