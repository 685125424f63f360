#include "audit/log_reader.hpp"

#include <algorithm>

#include "merkle/hash.hpp"

namespace rookery::audit {
namespace {

using storage::Family;
using storage::Order;
using storage::StoreView;

auto refuse() { return fail(Errc::integrity, "integrity check failed"); }

storage::KeyRange all_of(char prefix) {
    return {Family::log, std::string(1, prefix), std::string(1, static_cast<char>(prefix + 1))};
}

/// What `use` makes of the row; a missing row of a log that should have it is an integrity failure.
template <class T, class Use>
Result<T> with_row(const StoreView& view, const std::string& key, Use use) {
    Result<T> out = refuse();
    ROOKERY_TRY(
        const bool found,
        view.get(Family::log, key, [&](std::string_view value) { out = use(value); })
    );
    if (!found) return refuse();
    return out;
}

class StoreHashes final : public merkle::HashReader {
 public:
    explicit StoreHashes(const StoreView& view) : view_(view) {}

    [[nodiscard]] Result<Digest> node(unsigned level, std::uint64_t index) const override {
        const auto completed_by = ((index + 1) << level) - 1;
        return with_row<Digest>(
            view_, entry_key(completed_by), [&](std::string_view value) -> Result<Digest> {
                ROOKERY_TRY(const auto entry, split_entry(value));
                if (entry.node_count() != merkle::completed_nodes(completed_by)) return refuse();
                return entry.node(level);
            }
        );
    }

 private:
    const StoreView& view_;
};

/// The leaf of an entry's row, checked against its place and its stored hash.
Result<Leaf> leaf_of(const EntryView& entry, std::uint64_t index) {
    ROOKERY_TRY(auto leaf, parse_leaf(entry.leaf));
    if (leaf.index != index || merkle::hash_leaf(entry.leaf) != entry.node(0)) return refuse();
    return leaf;
}

Result<Event> core_of(
    const EntryView& entry, const Leaf& leaf, const crypto::DetailSealer* sealer
) {
    ROOKERY_TRY(
        const auto core, open_section(Section::core, entry.core_row, leaf.core_commit, sealer)
    );
    ROOKERY_TRY(auto event, decode_core(core.bytes));
    if (!belongs_to(core, event)) return refuse();
    return event;
}

/// The last entry's row: its nodes must follow from their children. Returns its leaf.
Result<Leaf> check_last_entry(
    std::string_view value, std::uint64_t index, const StoreHashes& hashes
) {
    ROOKERY_TRY(const auto entry, split_entry(value));
    ROOKERY_TRY(const auto leaf, leaf_of(entry, index));
    if (entry.node_count() != merkle::completed_nodes(index)) return refuse();
    for (unsigned level = 1; level < entry.node_count(); ++level) {
        const auto left_child = (index >> level) * 2;
        ROOKERY_TRY(const auto left, hashes.node(level - 1, left_child));
        if (merkle::hash_node(left, entry.node(level - 1)) != entry.node(level)) return refuse();
    }
    return leaf;
}

/// The state row against the newest rows of the log.
Result<void> check_right_edge(const StoreView& view, const LogState& state) {
    const StoreHashes hashes{view};
    const auto newest = view.scan(all_of(entry_prefix), Order::descending);
    ROOKERY_CHECK(newest->status());
    if (state.size() == 0) {
        if (newest->valid()) return refuse();
        return {};
    }
    if (!newest->valid() || newest->key() != entry_key(state.size() - 1)) return refuse();
    ROOKERY_TRY(const auto last, check_last_entry(newest->value(), state.size() - 1, hashes));
    if (last.time != state.last_time) return refuse();
    const auto frontier = state.frontier.hashes();
    std::size_t next = 0;
    for (unsigned level = 0; level < 64; ++level) {
        if ((state.size() >> level & 1) == 0) continue;
        ROOKERY_TRY(const auto node, hashes.node(level, (state.size() >> level) - 1));
        if (node != frontier[next++]) return refuse();
    }
    return {};
}

}  // namespace

Result<LogReader> LogReader::open(
    std::shared_ptr<const StoreView> view, const crypto::DetailSealer* sealer
) {
    Result<LogState> state = LogState{};
    ROOKERY_CHECK(view->get(Family::log, state_key(), [&](std::string_view value) {
        state = parse_log_state(value);
    }));
    if (!state) return fail(std::move(state).error());
    return LogReader{std::move(view), sealer, std::move(*state)};
}

Result<Leaf> LogReader::leaf(std::uint64_t index) const {
    if (index >= size()) return fail(Errc::not_found, "the log has no such entry");
    return with_row<Leaf>(*view_, entry_key(index), [&](std::string_view value) -> Result<Leaf> {
        ROOKERY_TRY(const auto entry, split_entry(value));
        return leaf_of(entry, index);
    });
}

Result<LogRecord> LogReader::open_entry(
    std::uint64_t index, std::string_view value, Sections sections
) const {
    ROOKERY_TRY(const auto entry, split_entry(value));
    LogRecord out;
    ROOKERY_TRY(out.leaf, leaf_of(entry, index));
    ROOKERY_TRY(out.event, core_of(entry, out.leaf, sealer_));
    if (sections == Sections::core) return out;
    ROOKERY_TRY(
        const auto priv, open_section(Section::priv, entry.priv_row, out.leaf.priv_commit, sealer_)
    );
    if (!belongs_to(priv, out.event)) return refuse();
    ROOKERY_TRY(out.event.priv, decode_priv(priv.bytes));
    return out;
}

Result<LogRecord> LogReader::read(std::uint64_t index, Sections sections) const {
    if (index >= size()) return fail(Errc::not_found, "the log has no such entry");
    return with_row<LogRecord>(*view_, entry_key(index), [&](std::string_view value) {
        return open_entry(index, value, sections);
    });
}

Result<LogPage> LogReader::search(const LogQuery& query, Sections sections) const {
    LogPage page;
    const auto end = std::min(query.below.value_or(size()), size());
    const auto cursor = view_->scan({Family::log, entry_key(0), entry_key(end)}, Order::descending);
    auto index = end;
    for (std::size_t looked_at = 0; index > query.from; ++looked_at, cursor->next()) {
        if (page.records.size() >= query.top || looked_at == query.scan_max) {
            page.next_below = index;
            return page;
        }
        --index;
        ROOKERY_CHECK(cursor->status());
        if (!cursor->valid() || cursor->key() != entry_key(index)) return refuse();
        ROOKERY_TRY(auto record, open_entry(index, cursor->value(), Sections::core));
        if (query.since && record.leaf.time < *query.since) return page;
        if (query.record && record.event.record != query.record) continue;
        const auto& actor = record.event.actor;
        if (query.actor && actor.id != *query.actor) continue;
        if (query.credential && actor.credential_fingerprint != *query.credential) continue;
        if (sections == Sections::core_and_priv) {
            ROOKERY_TRY(record, open_entry(index, cursor->value(), sections));
        }
        page.records.push_back(std::move(record));
    }
    return page;
}

Result<Digest> LogReader::node(unsigned level, std::uint64_t index) const {
    if (level >= 64 || index >= size() >> level) {
        return fail(Errc::not_found, "the log has no such node");
    }
    return StoreHashes{*view_}.node(level, index);
}

Result<std::optional<std::string>> LogReader::newest_checkpoint() const {
    const auto newest = view_->scan(all_of(checkpoint_prefix), Order::descending);
    ROOKERY_CHECK(newest->status());
    if (!newest->valid()) return std::optional<std::string>{};
    return std::optional<std::string>{newest->value()};
}

Result<StartCheck> check_start(const StoreView& view, const merkle::VerifierKey& key) {
    StartCheck out;
    Result<LogState> state = LogState{};
    ROOKERY_TRY(
        const bool found, view.get(Family::log, state_key(), [&](std::string_view value) {
            state = parse_log_state(value);
        })
    );
    if (!state) return fail(std::move(state).error());
    ROOKERY_CHECK(check_right_edge(view, *state));
    if (found) out.state = *state;

    const auto newest = view.scan(all_of(checkpoint_prefix), Order::descending);
    ROOKERY_CHECK(newest->status());
    if (!newest->valid()) return out;
    out.note = std::string{newest->value()};
    ROOKERY_TRY(out.published, merkle::verify_checkpoint(out.note, key));
    if (newest->key() != checkpoint_key(out.published->size)) return refuse();
    if (out.published->size > state->size()) return refuse();  // older rows were put back
    ROOKERY_TRY(const auto root, merkle::root_at(out.published->size, StoreHashes{view}));
    if (root != out.published->root) return refuse();
    return out;
}

}  // namespace rookery::audit
