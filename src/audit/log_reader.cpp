#include "audit/log_reader.hpp"

#include "audit/core_section.hpp"
#include "audit/detail_row.hpp"
#include "audit/handover.hpp"
#include "audit/lifecycle_events.hpp"
#include "audit/priv_section.hpp"
#include "audit/rekeyed_rows.hpp"
#include "base/integrity_failure.hpp"
#include "merkle/hash.hpp"

#include <algorithm>

namespace rookery::audit {
namespace {

using storage::Family;
using storage::Order;
using storage::StoreView;

auto checkpoint_missing() {
    return fail(
        Errc::integrity,
        "integrity check failed: the log's newest checkpoint is missing",
        "the data directory was changed behind the vault's back; restore a backup, and find out how"
    );
}

storage::KeyRange all_of(char prefix) {
    return {Family::log, std::string(1, prefix), std::string(1, static_cast<char>(prefix + 1))};
}

/// What `use` makes of the row; a missing row of a log that should have it is an integrity failure.
template <class T, class Use>
Result<T> with_row(const StoreView& view, const std::string& key, Use use) {
    Result<T> out = integrity_failure();
    ROOKERY_TRY(const bool found, view.get(Family::log, key, [&](std::string_view value) {
        out = use(value);
    }));
    if (!found) return integrity_failure();
    return out;
}

class StoreHashes final : public merkle::HashReader {
 public:
    explicit StoreHashes(const StoreView& view) : view_(view) {}

    [[nodiscard]] Result<Digest> node(unsigned level, std::uint64_t index) const override {
        const auto completed_by = ((index + 1) << level) - 1;
        return with_row<Digest>(
            view_,
            entry_key(completed_by),
            [&](std::string_view value) -> Result<Digest> {
                ROOKERY_TRY(const auto entry, split_entry(value));
                if (entry.node_count() != merkle::completed_nodes(completed_by))
                    return integrity_failure();
                return entry.node(level);
            }
        );
    }

 private:
    const StoreView& view_;
};

template <class T>
using Readable = tl::expected<T, Unreadable>;

tl::unexpected<Unreadable> unreadable(Unreadable why) { return tl::unexpected<Unreadable>(why); }

tl::unexpected<Error> refuse(Unreadable why) {
    switch (why) {
        case Unreadable::no_key:
            return fail(
                Errc::unavailable, "the log's details are sealed", "unseal the vault to read them"
            );
        case Unreadable::newer_format:
            return fail(Errc::newer_format, "a log entry was written by a newer program");
        default:
            return integrity_failure();
    }
}

/// `otherwise`, unless the error says that this version is too old.
tl::unexpected<Unreadable> unreadable(const Error& error, Unreadable otherwise) {
    return unreadable(error.code == Errc::newer_format ? Unreadable::newer_format : otherwise);
}

/// The leaf of an entry's row, checked against its place and its stored hash.
Readable<Leaf> leaf_of(const EntryView& entry, std::uint64_t index) {
    auto leaf = parse_leaf(entry.leaf);
    if (!leaf) return unreadable(leaf.error(), Unreadable::row_damaged);
    if (merkle::hash_leaf(entry.leaf) != entry.node(0)) return unreadable(Unreadable::row_damaged);
    if (leaf->index != index) return unreadable(Unreadable::other_leaf);
    return *leaf;
}

/// Why a section is refused. Only of one that is: it opens what was opened already.
Unreadable why_refused(Section section, ByteView row, const crypto::DetailSealer* sealer) {
    const auto parsed = parse_detail_row(row);
    if (!parsed) return Unreadable::row_damaged;
    if (parsed->encoding == DetailRow::Encoding::clear) return Unreadable::details_differ;
    if (sealer == nullptr) return Unreadable::no_key;
    const auto event = Uuid::from_bytes(parsed->blob.first(16));
    const auto opened = sealer->open(section, parsed->day, event, parsed->blob.subspan(16));
    return opened ? Unreadable::details_differ : Unreadable::details_shut;
}

Readable<OpenedSection> open_details(
    Section section, ByteView row, const Leaf& leaf, const crypto::DetailSealer* sealer
) {
    auto opened = open_section(section, row, leaf, sealer);
    if (!opened) return unreadable(opened.error(), why_refused(section, row, sealer));
    return std::move(*opened);
}

Readable<void> read_core(
    LogRecord& out, const EntryView& entry, const crypto::DetailSealer* sealer
) {
    const auto core = open_details(Section::core, entry.core_row, out.leaf, sealer);
    if (!core) return unreadable(core.error());
    auto event = decode_core(core->bytes);
    if (!event) return unreadable(event.error(), Unreadable::details_malformed);
    if (!belongs_to(*core, *event)) return unreadable(Unreadable::details_foreign);
    out.event = std::move(*event);
    const bool in_clear = core->event.is_nil();
    out.while_sealed = in_clear && out.leaf.index != 0;
    if (out.while_sealed && !is_unseal_attempt(out.event)) {
        return unreadable(Unreadable::details_in_clear);
    }
    return {};
}

Readable<void> read_priv(
    LogRecord& out, const EntryView& entry, const crypto::DetailSealer* sealer
) {
    const auto priv = open_details(Section::priv, entry.priv_row, out.leaf, sealer);
    if (!priv) return unreadable(priv.error());
    if (!belongs_to(*priv, out.event)) return unreadable(Unreadable::details_foreign);
    auto detail = decode_priv(priv->bytes);
    if (!detail) return unreadable(detail.error(), Unreadable::details_malformed);
    out.event.priv = std::move(*detail);
    return {};
}

FoundEntry without(std::uint64_t index, Unreadable why, std::optional<Instant> time = {}) {
    return FoundEntry{tl::unexpect, UnreadableEntry{index, why, time}};
}

/// The rows of entries, in order: by one cursor while it finds what must be there, and after the
/// first surprise by a point read each, so that a hole or a damaged block hides only what it held.
class EntryRows {
 public:
    EntryRows(const StoreView& view, std::uint64_t from, std::uint64_t end, Order order)
        : view_(view),
          cursor_(view.scan({Family::log, entry_key(std::min(from, end)), entry_key(end)}, order)) {
    }

    /// The row of `index`: that of the first entry in the order the first time, then always that of the next. Valid until
    /// the next call. Errc::io of the store.
    [[nodiscard]] Result<Readable<std::string_view>> next(std::uint64_t index) {
        const auto key = entry_key(index);
        if (cursor_ != nullptr) {
            if (moved_) cursor_->next();
            moved_ = true;
            if (cursor_->valid() && cursor_->key() == key) return cursor_->value();
            const auto ended = cursor_->status();
            if (!ended && ended.error().code != Errc::integrity) return fail(ended.error());
            cursor_.reset();
        }
        const auto found =
            view_.get(Family::log, key, [&](std::string_view value) { row_ = value; });
        if (found && *found) return row_;
        if (found) return unreadable(Unreadable::row_missing);
        if (found.error().code == Errc::integrity) return unreadable(Unreadable::row_damaged);
        return fail(found.error());
    }

 private:
    const StoreView& view_;
    std::unique_ptr<storage::Cursor> cursor_;  // null after the first surprise
    bool moved_ = false;
    std::string row_;
};

/// What lies before what is searched for. In the store a leaf can be given any time, but not the event
/// that is sealed beside it: an older time of the leaf alone ends no search.
bool is_before(const LogRecord& record, Instant since) {
    return std::max(record.leaf.time, record.event.time) < since;
}

/// What lies behind it, likewise.
bool is_from(const LogRecord& record, Instant time) {
    return std::min(record.leaf.time, record.event.time) >= time;
}

/// An entry that is in clear is anybody's word.
bool proves(const FoundEntry& found) { return found && !found->while_sealed; }

bool meets(const LogQuery& query, const Event& event) {
    return (!query.record || event.record == query.record || is_rekeyed_by(event, *query.record)) &&
           (!query.actor || event.actor.id == *query.actor ||
            (event.on_behalf_of && event.on_behalf_of->id == *query.actor)) &&
           (!query.credential || event.actor.credential_fingerprint == *query.credential);
}

/// An entry's row: its nodes must follow from their children. Returns its leaf.
Result<Leaf> check_entry_row(
    std::string_view value, std::uint64_t index, const StoreHashes& hashes
) {
    ROOKERY_TRY(const auto entry, split_entry(value));
    const auto leaf = leaf_of(entry, index);
    if (!leaf) return integrity_failure();
    if (entry.node_count() != merkle::completed_nodes(index)) return integrity_failure();
    for (unsigned level = 1; level < entry.node_count(); ++level) {
        const auto left_child = (index >> level) * 2;
        ROOKERY_TRY(const auto left, hashes.node(level - 1, left_child));
        if (merkle::hash_node(left, entry.node(level - 1)) != entry.node(level))
            return integrity_failure();
    }
    return *leaf;
}

/// The state row against the newest rows of the log.
Result<void> check_right_edge(const StoreView& view, const LogState& state) {
    const StoreHashes hashes{view};
    const auto newest = view.scan(all_of(entry_prefix), Order::descending);
    ROOKERY_CHECK(newest->status());
    if (state.size() == 0) {
        if (newest->valid()) return integrity_failure();
        return {};
    }
    if (!newest->valid() || newest->key() != entry_key(state.size() - 1))
        return integrity_failure();
    ROOKERY_TRY(const auto last, check_entry_row(newest->value(), state.size() - 1, hashes));
    if (last.time != state.last_time) return integrity_failure();
    const auto frontier = state.frontier.hashes();
    std::size_t next = 0;
    for (unsigned level = 0; level < 64; ++level) {
        if ((state.size() >> level & 1) == 0) continue;
        ROOKERY_TRY(const auto node, hashes.node(level, (state.size() >> level) - 1));
        if (node != frontier[next++]) return integrity_failure();
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
        const auto leaf = leaf_of(entry, index);
        if (!leaf) return integrity_failure();
        return *leaf;
    });
}

FoundEntry LogReader::open_entry(std::uint64_t index, std::string_view value, Sections sections)
    const {
    const auto entry = split_entry(value);
    if (!entry) return without(index, Unreadable::row_damaged);
    const auto leaf = leaf_of(*entry, index);
    if (!leaf) return without(index, leaf.error());
    FoundEntry found;
    found->leaf = *leaf;
    auto opened = read_core(*found, *entry, sealer_);
    if (opened && sections == Sections::core_and_priv) opened = read_priv(*found, *entry, sealer_);
    if (!opened) return without(index, opened.error(), leaf->time);
    return found;
}

Result<LogRecord> LogReader::read(std::uint64_t index, Sections sections) const {
    if (index >= size()) return fail(Errc::not_found, "the log has no such entry");
    const auto use = [&](std::string_view value) -> Result<LogRecord> {
        auto found = open_entry(index, value, sections);
        if (!found) return refuse(found.error().why);
        return std::move(*found);
    };
    return with_row<LogRecord>(*view_, entry_key(index), use);
}

Result<void> LogReader::check_nodes(std::uint64_t index) const {
    if (index >= size()) return fail(Errc::not_found, "the log has no such entry");
    ROOKERY_CHECK(with_row<Leaf>(*view_, entry_key(index), [&](std::string_view value) {
        return check_entry_row(value, index, StoreHashes{*view_});
    }));
    return {};
}

Result<LogPage> LogReader::search(const LogQuery& query, Sections sections) const {
    LogPage page;
    const auto end = std::min(query.below.value_or(size()), size());
    EntryRows rows{*view_, query.from, end, Order::descending};
    auto index = end;
    for (std::size_t looked_at = 0; index > query.from; ++looked_at) {
        if (page.entries.size() >= query.top || looked_at == query.scan_max) {
            page.next_below = index;
            return page;
        }
        --index;
        ROOKERY_TRY(const auto row, rows.next(index));
        auto found = row ? open_entry(index, *row, Sections::core) : without(index, row.error());
        if (found && query.since && is_before(*found, *query.since)) {
            if (found->while_sealed) continue;  // anybody's word
            return page;
        }
        if (found && !meets(query, found->event)) continue;
        if (found && sections == Sections::core_and_priv) found = open_entry(index, *row, sections);
        page.entries.push_back(std::move(found));
    }
    return page;
}

Result<void> LogReader::each(
    std::uint64_t from, std::uint64_t end, Order order, const Visitor& visit
) const {
    end = std::min(end, size());
    if (from >= end) return {};
    EntryRows rows{*view_, from, end, order};
    for (std::uint64_t passed = 0; passed < end - from; ++passed) {
        const auto index = order == Order::ascending ? from + passed : end - 1 - passed;
        ROOKERY_TRY(const auto row, rows.next(index));
        auto found = row ? open_entry(index, *row, Sections::core) : without(index, row.error());
        ROOKERY_TRY(const bool goes_on, visit(std::move(found)));
        if (!goes_on) return {};
    }
    return {};
}

Result<FoundEntry> LogReader::find(std::uint64_t index) const {
    EntryRows rows{*view_, index, index + 1, Order::ascending};
    ROOKERY_TRY(const auto row, rows.next(index));
    return row ? open_entry(index, *row, Sections::core) : without(index, row.error());
}

Result<std::uint64_t> LogReader::begin_of(Instant time) const {
    std::uint64_t known = 0;
    for (auto end = size(); known < end;) {
        const auto middle = known + (end - known) / 2;
        ROOKERY_TRY(const auto found, find(middle));
        if (proves(found) && is_before(*found, time)) {
            known = middle + 1;
        } else {
            end = middle;
        }
    }
    return known;
}

Result<std::uint64_t> LogReader::end_before(Instant time) const {
    auto known = size();
    for (std::uint64_t from = 0; from < known;) {
        const auto middle = from + (known - from) / 2;
        ROOKERY_TRY(const auto found, find(middle));
        if (proves(found) && is_from(*found, time)) {
            known = middle;
        } else {
            from = middle + 1;
        }
    }
    return known;
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
    ROOKERY_TRY(const bool found, view.get(Family::log, state_key(), [&](std::string_view value) {
        state = parse_log_state(value);
    }));
    if (!state) return fail(std::move(state).error());
    ROOKERY_CHECK(check_right_edge(view, *state));
    if (found) out.state = *state;

    const auto newest = view.scan(all_of(checkpoint_prefix), Order::descending);
    ROOKERY_CHECK(newest->status());
    if (!newest->valid()) {
        if (state->checkpoint_size.value_or(0) != 0) return checkpoint_missing();
        return out;
    }
    ROOKERY_TRY(const auto handovers, read_handovers(view, key.key));
    const auto signed_size = number_of(checkpoint_prefix, newest->key()).value_or(0);
    ROOKERY_TRY(
        out.published,
        merkle::verify_checkpoint(newest->value(), {handovers.at(signed_size, key.name), key.key})
    );
    if (newest->key() != checkpoint_key(out.published->size)) return integrity_failure();
    const auto known = state->checkpoint_size.value_or(out.published->size);
    if (known > out.published->size) return checkpoint_missing();
    if (known < out.published->size) return integrity_failure();
    if (out.published->size > state->size())
        return integrity_failure();  // older rows were put back
    ROOKERY_TRY(const auto root, merkle::root_at(out.published->size, StoreHashes{view}));
    if (root != out.published->root) return integrity_failure();
    return out;
}

}  // namespace rookery::audit
