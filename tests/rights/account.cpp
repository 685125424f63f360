#include "rights/account.hpp"

#include <iomanip>
#include <sstream>

namespace rookery::rights {
namespace {

constexpr std::size_t examples_max = 100;

}  // namespace

void Account::request(std::string_view message, bool allowed) {
    for (auto* counts : {&all_, &counts_[std::string(message)]}) {
        ++counts->tried;
        if (allowed) ++counts->allowed;
    }
}

std::size_t Account::allowed_percent() const {
    return all_.tried == 0 ? 0 : all_.allowed * 100 / all_.tried;
}

std::vector<std::string> Account::never_allowed() const {
    std::vector<std::string> out;
    for (const auto& [message, counts] : counts_) {
        if (counts.allowed == 0) out.push_back(message);
    }
    return out;
}

std::string Account::counts() const {
    std::ostringstream out;
    const auto line = [&](const std::string& message, const Counts& counts) {
        out << "  " << std::setw(26) << std::left << message << std::right << std::setw(8)
            << counts.tried << std::setw(8) << counts.allowed << '\n';
    };
    out << "tried and allowed:\n";
    for (const auto& [message, counts] : counts_) line(message, counts);
    line("all", all_);
    return out.str();
}

std::string Account::broken() const {
    std::ostringstream out;
    out << broken_.size() << " kinds of broken rules:\n";
    std::size_t examples = 0;
    for (const auto& [kind, found] : broken_) {
        if (examples++ == examples_max) break;
        out << found.count << " × " << kind << "\n    " << found.example << '\n';
    }
    return out.str();
}

}  // namespace rookery::rights
