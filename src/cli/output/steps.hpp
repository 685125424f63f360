// Steps: the progress of work in several steps, one line after another: each has its own rate and end.
#pragma once

#include "cli/output/console.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rookery::cli {

class Steps {
 public:
    void at(std::string_view what, std::uint64_t done, std::uint64_t total) {
        if (!progress_ || what != what_ || total != total_) {
            progress_.reset();
            progress_.emplace(std::string(what), total);
            what_ = what;
            total_ = total;
        }
        progress_->at(done);
    }

    /// Of the step in hand; before something else is said.
    void end() { progress_.reset(); }

    /// at(), for whoever is told. This outlives it.
    [[nodiscard]] std::function<void(std::string_view, std::uint64_t, std::uint64_t)> told() {
        return [this](std::string_view what, std::uint64_t done, std::uint64_t total) {
            at(what, done, total);
        };
    }

 private:
    std::string what_;
    std::uint64_t total_ = 0;
    std::optional<Progress> progress_;
};

}  // namespace rookery::cli
