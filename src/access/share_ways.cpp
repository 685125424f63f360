#include "access/share_ways.hpp"

#include <algorithm>

namespace rookery::access {
namespace {

/// What this share was to him: nothing when it is new, or did not lead to him.
std::optional<Share> share_before(const Uuid& user, const Facts& before, const Uuid& id) {
    const auto* share = before.shares().find(id);
    const auto* reach = before.reach(user);
    if (share == nullptr || reach == nullptr || !reach->enabled) return std::nullopt;
    if (share->over(before.now()) || !leads_to(*share, user, *reach)) return std::nullopt;
    return *share;
}

/// Whether one of the shares gives him more of `rights` than it did.
template <class Counts>
bool gives_more(
    const Uuid& user, const Facts& before, const Facts& after, std::uint32_t rights,
    const Counts& counts
) {
    const auto* reach = after.reach(user);
    if (reach == nullptr || !reach->enabled) return false;
    bool more = false;
    each_share_with(user, *reach, after, [&](const Uuid& id, const Share& share) {
        const auto given = share.rights & rights;
        if (more || given == 0 || !counts(share, *reach)) return;
        const auto was = share_before(user, before, id);
        more = !was || (given & ~was->rights) != 0 || share.expires > was->expires;
    });
    return more;
}

bool reads_in_clear(const Share& share, const Reach& reach) {
    return std::ranges::any_of(reach.columns, [&](const ColumnReach& column) {
        return column.table == share.table && column.unmask != UnmaskLevel::none;
    });
}

bool has_more_columns(const Uuid& user, const Facts& before, const Facts& after) {
    const auto* reach = after.reach(user);
    if (after.column_shares().rows().empty() || reach == nullptr || !reach->enabled) return false;
    const auto* old = before.reach(user);
    bool more = false;
    const auto take = [&](const Uuid& id, const ColumnShare& share) {
        if (!leads_to(share, user, *reach)) return;
        const auto* was = before.column_shares().find(id);
        if (was == nullptr || old == nullptr || !leads_to(*was, user, *old)) {
            more = more || share.read || share.update;
        } else {
            more = more || (share.read && !was->read) || (share.update && !was->update);
        }
    };
    after.column_shares().each<&ColumnShare::principal>(user, take);
    for (const auto* teams : {&reach->teams, &reach->access_teams}) {
        for (const auto& team : *teams) {
            after.column_shares().each<&ColumnShare::principal>(team, take);
        }
    }
    return more;
}

}  // namespace

bool has_more_shared(const Uuid& user, const Facts& before, const Facts& after) {
    constexpr auto all = ~std::uint32_t{0};
    const auto any = [](const Share&, const Reach&) { return true; };
    return gives_more(user, before, after, all, any) || has_more_columns(user, before, after);
}

bool reads_more_shared(const Uuid& user, const Facts& before, const Facts& after) {
    const auto read = schema::name_of(schema::Right::read).access_bit;
    return gives_more(user, before, after, read, reads_in_clear);
}

}  // namespace rookery::access
