// libFuzzer target for odata::parse_expand: the first byte chooses the table, the rest is the option. What is accepted keeps
// its limits, has a name for each expansion, and filters and orders by no sealed column.
#include "odata/request/expand.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace {

using namespace rookery;

void require(bool holds) {
    if (!holds) __builtin_trap();
}

bool has_sealed(const messages::Filter& filter) {
    return messages::shape(filter).find("useraccesstoken") != std::string::npos;
}

std::size_t check(
    const std::vector<messages::Expansion>& expansions,
    const std::vector<odata::ExpandedName>& names, std::size_t level
) {
    require(expansions.empty() || level <= odata::expand_levels_max);
    require(expansions.size() == names.size());
    std::size_t out = expansions.size();
    for (std::size_t i = 0; i < expansions.size(); ++i) {
        const auto& one = expansions[i];
        require(!one.to.empty() && one.path.ends_with(names[i].name));
        require(one.lookup != nullptr || (one.to.size() == 1 && one.to.front().within));
        for (const auto& query : one.to) {
            require(query.table != nullptr && (one.reference || !query.table->outside));
            require(!query.filter || !has_sealed(*query.filter));
            for (const auto& by : query.order) require(by.column->type != schema::Type::sealed);
            if (one.to.size() > 1) require(query.expanded.empty());
            if (one.to.size() == 1) out += check(query.expanded, names[i].expanded, level + 1);
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto tables = schema::tables();
    const auto& table = *tables[data[0] % tables.size()];
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    messages::Selection shown;
    shown.unmasked = true;
    const auto out = odata::parse_expand(table, text, shown);
    if (!out) return 0;
    require(check(out->expansions, out->names, 1) <= odata::expand_clauses_max);
    return 0;
}
