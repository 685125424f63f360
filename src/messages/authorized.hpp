// Authorized: a Step that access::decide allowed. `execute` takes nothing else, so a message that
// forgets to ask does not compile.
#pragma once

#include <cassert>
#include <utility>

#include "access/decide.hpp"
#include "messages/step.hpp"

namespace rookery::messages {

class Authorized {
 public:
    /// Precondition: `decision` allows, and was made for `step.needs`.
    [[nodiscard]] static Authorized from(access::Decision decision, Step step) {
        assert(decision.allowed());
        return Authorized(std::move(decision), std::move(step));
    }

    [[nodiscard]] const access::Decision& decision() const { return decision_; }

    [[nodiscard]] const Step& step() const { return step_; }

    [[nodiscard]] Step& step() { return step_; }

 private:
    Authorized(access::Decision decision, Step step)
        : decision_(std::move(decision)), step_(std::move(step)) {}

    access::Decision decision_;
    Step step_;
};

}  // namespace rookery::messages
