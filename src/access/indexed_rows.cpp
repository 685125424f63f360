#include "access/indexed_rows.hpp"

#include <algorithm>
#include <utility>

namespace rookery::access {

IndexedRows IndexedRows::with(std::vector<Rows::Edit> changes, std::span<const NamedBy> indexes)
    const {
    std::ranges::stable_sort(changes, {}, &Rows::Edit::key);
    std::vector<Rows::Edit> edits;
    edits.reserve(changes.size());
    for (auto& change : changes) {
        if (!edits.empty() && edits.back().key == change.key) edits.pop_back();
        edits.push_back(std::move(change));
    }
    IndexedRows out;
    out.rows_ = rows_.with(edits);
    out.indexes_.reserve(indexes.size());
    for (std::size_t at = 0; at < indexes.size(); ++at) {
        out.indexes_.push_back(index(at).with(index_edits(edits, indexes[at])));
    }
    return out;
}

std::vector<IndexedRows::Index::Edit> IndexedRows::index_edits(
    std::span<const Rows::Edit> edits, NamedBy named_by
) const {
    std::vector<Index::Edit> out;
    out.reserve(2 * edits.size());
    for (const auto& edit : edits) {
        const auto* old = rows_.find(edit.key);
        const auto was = old == nullptr ? Uuid{} : named_by(old->get());
        const auto is = edit.value ? named_by(edit.value->get()) : Uuid{};
        if (!was.is_nil() && was != is) out.push_back({{was, edit.key}, std::nullopt});
        if (!is.is_nil()) out.push_back({{is, edit.key}, edit.value->get()});
    }
    std::ranges::sort(out, {}, &Index::Edit::key);
    return out;
}

}  // namespace rookery::access
