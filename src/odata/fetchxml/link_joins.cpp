#include "odata/fetchxml/link_joins.hpp"

#include "odata/fetchxml/link_columns.hpp"

#include <algorithm>

namespace rookery::odata::fetchxml {

LinkJoins::LinkJoins(const Links& links, Which which) : which_(which) {
    for (const auto& link : links.all()) add(*link, 0);
}

bool LinkJoins::is_joined(const Link& link) const {
    if (which_ == Which::counted) return is_seen(link);
    if (!link.is_join()) return false;
    return shows_columns(link) ||
           std::ranges::any_of(link.links, [this](const auto& one) { return is_joined(*one); });
}

void LinkJoins::add(const Link& link, std::size_t of) {
    if (!is_joined(link)) return;
    auto& join = joins_.emplace_back();
    join.hop = link.hop;
    join.of = of;
    join.inner = link.is_required();
    join.first_only = link.kind == LinkKind::first;
    join.filter = link.condition();
    const auto position = joins_.size();
    rows_.push_back({&link, position});
    for (const auto& inner : link.links) add(*inner, position);
}

}  // namespace rookery::odata::fetchxml
