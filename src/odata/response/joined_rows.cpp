#include "odata/response/joined_rows.hpp"

#include <utility>

namespace rookery::odata {
namespace {

using messages::ShownRow;
using messages::ShownRowPtr;

/// Adds what one linked row is, with those that it leads to.
void add_linked(
    std::vector<JoinedRow>& out, const ShownRow& row, const ExpandedName& name, std::size_t most
) {
    if (out.size() >= most) return;
    for (auto& below : joined_rows(row, name.expanded, most - out.size())) {
        below.insert(below.begin(), {&row, &name});
        out.push_back(std::move(below));
    }
}

std::vector<JoinedRow> linked_rows(
    const messages::ShownLink& link, const ExpandedName& name, std::size_t most
) {
    std::vector<JoinedRow> out;
    if (const auto* one = std::get_if<ShownRowPtr>(&link)) add_linked(out, **one, name, most);
    if (const auto* many = std::get_if<std::vector<ShownRowPtr>>(&link)) {
        for (const auto& row : *many) add_linked(out, *row, name, most);
    }
    if (out.empty()) out.emplace_back();
    return out;
}

}  // namespace

std::vector<JoinedRow> joined_rows(
    const ShownRow& row, const std::vector<ExpandedName>& names, std::size_t most
) {
    std::vector<JoinedRow> out(1);
    for (std::size_t i = 0; i < row.expanded.size(); ++i) {
        const auto with = linked_rows(row.expanded[i], names.at(i), most);
        std::vector<JoinedRow> both;
        for (const auto& left : out) {
            for (const auto& right : with) {
                if (both.size() >= most) break;
                auto& one = both.emplace_back(left);
                one.insert(one.end(), right.begin(), right.end());
            }
        }
        out = std::move(both);
    }
    return out;
}

}  // namespace rookery::odata
