#include "query/pairs.hpp"

#include <functional>

namespace rookery::messages {
namespace {

/// Whether to go on.
using Next = std::function<bool()>;

/// Each pair of the row from this link on; `ids` has those of the links before.
bool each_pair(const ShownRow& row, std::size_t link, PairIds& ids, const Next& next) {
    if (link == row.expanded.size()) return next();
    const auto with = [&](const ShownRow* linked) {
        ids.push_back(linked == nullptr ? Uuid{} : linked->row->id);
        const auto further = [&] { return each_pair(row, link + 1, ids, next); };
        const auto size = ids.size();
        const bool goes_on = linked == nullptr ? further() : each_pair(*linked, 0, ids, further);
        ids.resize(size - 1);
        return goes_on;
    };
    if (const auto* one = std::get_if<ShownRowPtr>(&row.expanded[link])) return with(one->get());
    const auto* many = std::get_if<std::vector<ShownRowPtr>>(&row.expanded[link]);
    if (many == nullptr || many->empty()) return with(nullptr);
    for (const auto& linked : *many) {
        if (!with(linked.get())) return false;
    }
    return true;
}

Error too_many_of_one_row() {
    return {
        Errc::too_expensive,
        "The links of the FetchXML lead from one row to more than " +
            std::to_string(pairs_skipped_max) + " pairs.",
        "ask for the linked rows themselves",
        {}};
}

}  // namespace

Result<bool> PairPage::take(const ShownRow& row) {
    const bool begun = whole_ == 0 && !start_.row.is_nil() && row.row->id == start_.row;
    const auto looked_at_max =
        pairs_skipped_max + most_ + 1;  // with one that the next page begins with
    std::uint64_t looked_at = 0;
    bool ends_here = false;
    PairIds ids;
    each_pair(row, 0, ids, [&] {
        if (++looked_at > looked_at_max) return false;
        if (begun && ids <= start_.pair) {
            ++skipped_;
            return true;
        }
        ends_here = count_ == most_;
        if (ends_here) return false;
        ++count_;
        last_ = ids;
        return true;
    });
    if (looked_at > looked_at_max) return fail(too_many_of_one_row());
    if (ends_here) {
        row_ = row.row->id;
        return false;
    }
    ++whole_;
    return count_ < most_;
}

std::optional<PairPosition> PairPage::next(const std::vector<std::string>& keys) const {
    if (row_.is_nil() && whole_ >= keys.size()) return std::nullopt;
    PairPosition out;
    out.key = whole_ == 0 ? start_.key : keys[whole_ - 1];
    if (!row_.is_nil()) {
        out.row = row_;
        out.pair = last_;
    }
    return out;
}

}  // namespace rookery::messages
