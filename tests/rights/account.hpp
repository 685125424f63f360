// What many requests came to, all together: how many were tried and allowed, and which rules were
// broken. One example is kept for each rule and message, so that one run shows every kind of hole.
#pragma once

#include "rights/invariants.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rookery::rights {

class Account {
 public:
    void request(std::string_view message, bool allowed);

    /// `where` says which request it was; it is made only for the first of its kind.
    template <class Where>
    void broken(const std::vector<Finding>& findings, std::string_view message, Where&& where) {
        for (const auto& finding : findings) {
            auto& found = broken_[finding.rule + " (" + std::string(message) + ")"];
            if (found.count++ == 0) found.example = where() + "\n      " + finding.text;
        }
    }

    [[nodiscard]] bool clean() const { return broken_.empty(); }

    [[nodiscard]] std::size_t tried() const { return all_.tried; }

    /// Of a hundred that were tried.
    [[nodiscard]] std::size_t allowed_percent() const;
    /// Messages that were never allowed.
    [[nodiscard]] std::vector<std::string> never_allowed() const;

    // For people.
    [[nodiscard]] std::string counts() const;
    [[nodiscard]] std::string broken() const;

 private:
    struct Counts {
        std::size_t tried = 0;
        std::size_t allowed = 0;
    };

    struct Broken {
        std::size_t count = 0;
        std::string example;
    };

    std::map<std::string, Counts> counts_;
    std::map<std::string, Broken> broken_;
    Counts all_;
};

}  // namespace rookery::rights
