#include "query/pairs.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

std::uint64_t pairs_of_link(const ShownLink& link, std::uint64_t most) {
    if (const auto* row = std::get_if<ShownRowPtr>(&link)) return pairs_of(**row, most);
    const auto* rows = std::get_if<std::vector<ShownRowPtr>>(&link);
    if (rows == nullptr) return 1;
    std::uint64_t out = 0;
    for (const auto& row : *rows) {
        if (out >= most) break;
        out += pairs_of(*row, most - out);
    }
    return std::max<std::uint64_t>(out, 1);
}

}  // namespace

std::uint64_t pairs_of(const ShownRow& row, std::uint64_t most) {
    std::uint64_t out = 1;
    for (const auto& link : row.expanded) {
        const auto more = pairs_of_link(link, most);
        if (more >= most / out + 1) return most;
        out = std::min(out * more, most);
    }
    return out;
}

}  // namespace rookery::messages
