#include "audit/finding_list.hpp"

#include <algorithm>
#include <utility>

namespace rookery::audit {
namespace {

constexpr std::size_t findings_max = 16;

}  // namespace

void FindingList::add(FindingKind kind, std::uint64_t index, std::string what) {
    report_.first_bad_index = std::min(report_.first_bad_index.value_or(index), index);
    ++report_.finding_count;
    auto& findings = report_.findings;
    const auto& words = words_of(kind);
    findings.push_back(
        {index, std::move(what), std::string(words.meaning), std::string(words.remedy)}
    );
    if (findings.size() > findings_max) {
        // The earliest explain the most; what follows a break is often its consequence.
        findings.erase(std::ranges::max_element(findings, {}, &VerifyFinding::index));
    }
}

void FindingList::keep_evidence(const std::string& note) {
    if (report_.evidence.size() < findings_max) report_.evidence.push_back(note);
}

std::string entry_range(std::uint64_t begin, std::uint64_t end) {
    if (end - begin == 1) return std::to_string(begin);
    return std::to_string(begin) + " to " + std::to_string(end - 1);
}

std::string entries_are(std::uint64_t begin, std::uint64_t end) {
    return end - begin == 1 ? "entry " + entry_range(begin, end) + " is"
                            : "entries " + entry_range(begin, end) + " are";
}

}  // namespace rookery::audit
