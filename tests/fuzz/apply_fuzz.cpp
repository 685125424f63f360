// libFuzzer target for odata::parse_apply: the first byte chooses the table, the rest is the option. What is accepted keeps
// its limits, has a name for each term, computes what its column has, and touches no sealed column.
#include "odata/request/apply.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace {

using namespace rookery;

void require(bool holds) {
    if (!holds) __builtin_trap();
}

bool is_open(const schema::Column& column) {
    return column.type != schema::Type::sealed && column.type != schema::Type::digest;
}

void check(const messages::Aggregation& asked) {
    require(!asked.keys.empty() || !asked.aggregates.empty());
    require(asked.keys.size() + asked.aggregates.size() <= messages::aggregation_terms_max);
    std::set<std::string> names;
    for (const auto& key : asked.keys) {
        require(key.column != nullptr && is_open(*key.column));
        require(key.column->type != schema::Type::datetime);
        require(names.insert(key.name).second);
    }
    for (const auto& one : asked.aggregates) {
        require(one.column == nullptr || is_open(*one.column));
        require(one.column == nullptr || messages::computes(one.function, *one.column));
        require(!one.name.empty() && names.insert(one.name).second);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const auto tables = schema::tables();
    const auto& table = *tables[data[0] % tables.size()];
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto out = odata::parse_apply(table, text, {});
    if (!out) return 0;
    require(text.size() <= odata::apply_bytes_max);
    check(out->aggregation);
    const auto order = odata::parse_group_order(out->aggregation, text);
    require(!order || order->size() <= 16);
    if (out->filter) {
        require(messages::shape(*out->filter).find("useraccesstoken") == std::string::npos);
    }
    return 0;
}
