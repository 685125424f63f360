#include "query/list.hpp"

#include "access/scope.hpp"
#include "base/integrity_failure.hpp"
#include "pipeline/made_rows.hpp"
#include "pipeline/needs.hpp"
#include "query/candidates.hpp"
#include "query/first_keys.hpp"
#include "query/index_order.hpp"
#include "query/join_walk.hpp"
#include "query/list_index.hpp"
#include "query/list_of_log.hpp"
#include "query/owner_hint.hpp"
#include "query/paging_token.hpp"
#include "query/required_values.hpp"
#include "query/sort_key.hpp"
#include "storage/index_key.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <queue>
#include <utility>

namespace rookery::messages {
namespace {

constexpr std::uint64_t count_max = 5000;

/// Entries of an index that are looked at in their order, for each row of the page and altogether at least. When
/// that does not fill the page, rows of the list are so rare that all candidates are the shorter way.
constexpr std::size_t entries_per_row = 8;
constexpr std::size_t entries_min = 1024;

/// The same for entries of whose rows only the owner is looked at, which is some fifteen times as fast.
constexpr std::size_t passed_by_max = 16 * entries_min;

struct Sorted {
    std::string key;
    RowPtr row;

    bool operator<(const Sorted& other) const { return key < other.key; }
};

class Walk {
 public:
    Walk(
        PlanBuilder& builder, const Query& query, ListRules& rules, const storage::Row* parent,
        std::size_t page_max
    )
        : builder_(builder),
          query_(query),
          rules_(rules),
          scope_(rules.scope()),
          parent_(parent),
          page_max_(page_max) {}

    /// All rows, and no page of them.
    Result<void> run(Aggregator& to) {
        aggregator_ = &to;
        joined_.emplace(builder_, query_.joins);
        ROOKERY_CHECK(run());
        return builder_.work.spend(std::exchange(owed_, 0));
    }

    /// The key of the last row before a page that is asked for by its number; empty when there are not so many rows.
    /// What has no order of its own skips its rows as it goes.
    Result<std::string> before_page(std::uint64_t rows) {
        skipped_keys_.emplace(rows);
        ROOKERY_CHECK(run());
        if (skipped_keys_->too_long()) {
            return fail(
                Errc::too_expensive,
                "The order of the query is too long to walk over so many rows.",
                "use the paging cookie"
            );
        }
        return skipped_keys_->last();
    }

    Result<Page> run() {
        ROOKERY_TRY(const bool is_there, find_start());
        if (!is_there) return past_the_end();
        const bool counting = query_.count || query_.count_only || aggregator_ != nullptr;
        const bool ordered = !query_.order.empty();
        ROOKERY_TRY(
            candidates_,
            Candidates::find(
                query_,
                rules_.filter(),
                parent_,
                {*builder_.view.store(),
                 scope_,
                 ordered ? std::string_view{} : position_,
                 ordered || counting}
            )
        );
        owed_ += candidates_->cost();
        if (const auto index = index_in_order(query_);
            index && !counting && !skipped_keys_ && candidates_->many()) {
            ROOKERY_TRY(const bool complete, walk_in_order(*index));
            if (complete) return finish(counting);
            smallest_ = {};
            more_ = false;
        }
        if (parent_ == nullptr && query_.table->made) {
            ROOKERY_CHECK(walk_made_rows(counting));
            return finish(counting);
        }
        const auto more = walk_candidates(counting);
        if (!more && !ends_early(counting)) return fail(more.error());
        return finish(counting);
    }

 private:
    /// False for a page behind the last row.
    Result<bool> find_start() {
        if (aggregator_ != nullptr) return true;  // its pages are of groups
        const auto skipped = std::uint64_t{query_.page - 1} * page_max_;
        if (!query_.paging_token.empty()) {
            ROOKERY_TRY(
                position_,
                read_paging_token(
                    builder_.keys.authenticator,
                    builder_.caller,
                    query_.query_digest,
                    query_.paging_token
                )
            );
            if (query_.pairs) ROOKERY_CHECK(begin_among_pairs());
        } else if (!query_.order.empty() && skipped > 0) {
            ROOKERY_TRY(position_, Walk(builder_, query_, rules_, parent_, 0).before_page(skipped));
            return !position_.empty();
        } else {
            to_skip_ = skipped;
        }
        return true;
    }

    Result<void> begin_among_pairs() {
        auto start = pair_position(position_);
        if (!start) return fail(Errc::bad_paging_token, "The paging cookie is not one of a join.");
        start_ = std::move(*start);
        position_ = start_.key;
        return {};
    }

    /// False when rows of the list turned out to be rare.
    Result<bool> walk_in_order(const storage::KeyRange& index) {
        const auto& first = query_.order.front();
        const auto part = part_to_walk(index, first);
        if (!part) return false;
        const auto order =
            first.descending ? storage::Order::descending : storage::Order::ascending;
        IndexOrder entries(*builder_.view.store(), *part, order);
        const auto entries_max = std::max(entries_min, entries_per_row * limit());
        for (std::size_t looked_at = 0, passed_by = 0;;) {
            ROOKERY_TRY(const auto entry, entries.next());
            if (!entry || is_complete_before(entry->key)) return true;
            owed_ += entry_cost;
            ROOKERY_CHECK(builder_.work.spend(std::exchange(owed_, 0)));
            if (is_behind_us(entry->key)) continue;
            if (!may_hold(scope_, entry->key, entry->value)) {
                if (++passed_by > passed_by_max) return false;
                continue;
            }
            if (++looked_at > entries_max) return false;
            ROOKERY_TRY(auto row, row_of_entry(entry->key));
            if (!scope_.admits(facts_of(*row))) continue;
            ROOKERY_TRY(const bool passing, passes(*row));
            if (passing) ROOKERY_CHECK(insert(std::move(row)));
        }
    }

    /// What the filter and the page before leave of the index; nothing when the page before ended where it has none.
    [[nodiscard]] std::optional<storage::KeyRange> part_to_walk(
        const storage::KeyRange& index, const OrderBy& first
    ) {
        auto out = index;
        const auto* filter = rules_.filter();
        if (const auto bounds =
                filter != nullptr ? required_bounds(*filter, *first.column) : std::nullopt) {
            out.lower = index.lower + bounds->first;
            if (!bounds->end.empty()) out.upper = index.lower + bounds->end;
        }
        if (!position_.empty()) {
            auto value = first_value(first, position_);
            if (!value) return std::nullopt;
            if (first.column->shape() != schema::Shape::text) {
                if (value->front() == '\0') return std::nullopt;  // null has no entry
                value->erase(0, 1);
            }
            const auto from = index.lower + *value;
            if (first.descending) {
                out.upper = std::min(out.upper, storage::prefix_end(from));
            } else {
                out.lower = std::max(out.lower, from);
            }
            reached_ = from + position_.substr(position_.size() - sizeof(Uuid));
            reached_value_ = from.size();
        }
        out.upper = std::max(out.upper, out.lower);
        return out;
    }

    /// Whether the page before had this entry, or could have: of the value that it ended at.
    [[nodiscard]] bool is_behind_us(std::string_view entry) const {
        return query_.order.size() == 1 && entry.size() == reached_.size() &&
               entry.substr(0, reached_value_) ==
                   std::string_view(reached_).substr(0, reached_value_) &&
               entry <= reached_;
    }

    /// Whether the page has all its rows, and it is known whether there are more, since this entry and all after it
    /// come later in the order of the list.
    [[nodiscard]] bool is_complete_before(std::string_view entry) const {
        if (smallest_.size() < limit() || !(more_ || query_.top)) return false;
        if (query_.order.size() == 1) return true;
        const auto& column = *query_.order.front().column;
        const auto* last = smallest_.top().row->find(column.id);
        return index_bytes(column, last) != storage::value_in(entry);
    }

    Result<void> walk_candidates(bool counting) {
        const bool resumes = query_.order.empty() && !counting && is_among_besides(position_);
        if (!resumes) {
            for (const auto& range : candidates_->ranges()) {
                ROOKERY_TRY(const bool more, walk(range, counting));
                if (!more) return {};
            }
        }
        return walk_besides(counting);
    }

    /// What is shared, one by one, but for what was in a range.
    Result<void> walk_besides(bool counting) {
        for (const auto& id : candidates_->besides()) {
            ROOKERY_CHECK(builder_.work.spend(std::exchange(owed_, 0)));
            const auto key = position_besides(storage::row_key({query_.table->id, id}));
            if (query_.order.empty() && !counting && was_before(key, position_)) continue;
            ROOKERY_TRY(auto found, peek(*query_.table, id));
            if (!found.row || Candidates::covered(scope_, *found.row)) continue;
            ROOKERY_TRY(const bool more, consider(key, std::move(found.row), counting));
            if (!more) return {};
        }
        return {};
    }

    /// False when nothing further is needed.
    Result<bool> walk(const storage::KeyRange& range, bool counting) {
        const bool ordered = !query_.order.empty();
        // Without $orderby the walk itself is the order: a page goes on where the last one ended. A
        // count looks at everything.
        const bool resume = !ordered && !counting && !position_.empty();
        if (resume && range.upper <= position_) return true;
        const auto from = resume && range.lower <= position_
                              ? storage::beyond(range, position_, storage::Order::ascending)
                              : range;
        if (!cursor_) {
            // One for all of them, which are in order.
            const auto& last = candidates_->ranges().back();
            cursor_ = builder_.view.store()->scan(
                {from.family, from.lower, last.upper}, storage::Order::ascending
            );
        } else {
            cursor_->seek(from.lower);
        }
        auto& cursor = *cursor_;
        owed_ += cost::probe;
        for (; cursor.valid() && is_in(cursor.key(), range); cursor.next()) {
            ROOKERY_CHECK(builder_.work.spend(std::exchange(owed_, 0)));
            ROOKERY_TRY(auto row, row_at(cursor));
            if (!row || !candidates_->admits(*row)) continue;
            ROOKERY_TRY(const bool more, consider(cursor.key(), std::move(row), counting));
            if (!more) return false;
        }
        ROOKERY_CHECK(cursor.status());
        return true;
    }

    Result<void> walk_made_rows(bool counting) {
        for (const auto& row : made_rows(*query_.table)) {
            ROOKERY_CHECK(builder_.work.spend(std::exchange(owed_, 0) + cost::row));
            ROOKERY_TRY(const bool more, consider(storage::row_key(row->ref()), row, counting));
            if (!more) break;
        }
        return {};
    }

    Result<bool> consider(std::string_view key, RowPtr row, bool counting) {
        const bool ordered = !query_.order.empty();
        if (!scope_.admits(facts_of(*row))) return true;
        ROOKERY_TRY(const bool passing, passes(*row));
        if (!passing) {
            // A count looks on behind a full page, and the next one must not begin there.
            if (!ordered && !more_) last_ = key;
            return true;
        }
        if (aggregator_ != nullptr) return aggregate(*row);
        if (counting) count_ = std::min(count_ + 1, count_max);
        if (query_.count_only) return count_ < count_max;
        if (ordered) {
            ROOKERY_CHECK(insert(std::move(row)));
            return true;
        }
        return take(std::string(key), std::move(row)) || counting;
    }

    /// False once it takes no more.
    Result<bool> aggregate(const storage::Row& row) {
        return joined_->each(row, [&](JoinWalk::Rows rows) -> Result<bool> {
            const bool goes_on = aggregator_->add(rows);
            owed_ += aggregator_->take_cost();
            ROOKERY_CHECK(builder_.work.spend(std::exchange(owed_, 0)));
            return goes_on;
        });
    }

    Result<bool> passes(const storage::Row& row) {
        auto admitted = rules_.admits(row);
        owed_ += rules_.take_cost();
        return admitted;
    }

    /// A list without an order of its own that is out of work goes on with its next page; the page may
    /// hold fewer rows than it could, or none. The link tells no key but of a row that the caller may read.
    bool ends_early(bool counting) {
        more_ = builder_.work.exhausted() && query_.order.empty() && !counting && !query_.top &&
                !last_.empty() && to_skip_ == 0;
        return more_;
    }

    Result<Page> past_the_end() {
        Page page;
        if (query_.count) {
            auto counted = query_;
            counted.page = 1;
            counted.count_only = true;
            ROOKERY_TRY(page, Walk(builder_, counted, rules_, parent_, 1).run());
        }
        return page;
    }

    Result<Found> peek(const schema::Table& table, const Uuid& id) {
        ROOKERY_TRY(auto found, builder_.reading.peek(table, id));
        owed_ += cost::row + cost::row_by_index + found.bytes * cost::row_byte;
        return found;
    }

    /// Null for a tombstone, and where the entry tells that the row is of nobody in the scope. An entry that leads
    /// nowhere is damage.
    Result<RowPtr> row_at(const storage::Cursor& cursor) {
        const auto key = cursor.key();
        auto id = storage::id_of(key);
        if (key.size() == storage::row_key_bytes) {
            owed_ += cost::row + cursor.value().size() * cost::row_byte;
            ROOKERY_TRY(auto found, builder_.reading.decode(*query_.table, id, cursor.value()));
            return std::move(found.row);
        }
        if (!may_hold(scope_, key, cursor.value())) {
            owed_ += entry_cost;
            return nullptr;
        }
        if (candidates_->through() != nullptr) {
            ROOKERY_TRY(const auto pair, peek(candidates_->walked(), id));
            const auto* far = pair.state == Found::State::live
                                  ? pair.row->find(candidates_->through()->id)
                                  : nullptr;
            if (far == nullptr || !storage::carries(*pair.row, key)) return integrity_failure();
            id = std::get<storage::RowRef>(*far).id;
            ROOKERY_TRY(auto found, peek(*query_.table, id));
            return std::move(found.row);
        }
        return row_of_entry(key);
    }

    Result<RowPtr> row_of_entry(std::string_view entry) {
        ROOKERY_TRY(auto found, peek(*query_.table, storage::id_of(entry)));
        if (query_.source != RowSource::live) return rules_.kept_row(std::move(found.kept), entry);
        if (!found.row || !storage::carries(*found.row, entry)) return integrity_failure();
        return std::move(found.row);
    }

    /// False once the page is full and one more row is known to follow.
    bool take(std::string key, RowPtr row) {
        if (was_before(key, position_)) return true;
        if (to_skip_ > 0) {
            --to_skip_;
            last_ = std::move(key);
            return true;
        }
        if (rows_.size() == limit()) {
            more_ = true;
            return false;
        }
        last_ = std::move(key);
        if (query_.pairs) keys_.push_back(last_);
        rows_.push_back(std::move(row));
        return true;
    }

    /// Keeps the page's worth of smallest keys above the position.
    Result<void> insert(RowPtr row) {
        ROOKERY_TRY(auto key, rules_.sort_key_of(*row));
        owed_ += rules_.take_cost();
        if (skipped_keys_) {
            skipped_keys_->add(std::move(key));
            return {};
        }
        if (!position_.empty() && key <= position_) return {};
        if (smallest_.size() == limit()) {
            more_ = true;
            if (!(key < smallest_.top().key)) return {};
            smallest_.pop();
        }
        smallest_.push({std::move(key), std::move(row)});
        return {};
    }

    [[nodiscard]] std::size_t limit() const {
        return query_.top ? std::min<std::size_t>(*query_.top, page_max_) : page_max_;
    }

    Result<Page> finish(bool counting) {
        Page page;
        page.start = std::move(start_);
        if (counting) page.count = count_;
        if (!query_.order.empty()) {
            rows_.resize(smallest_.size());
            if (!smallest_.empty()) last_ = smallest_.top().key;
            for (auto i = rows_.size(); i > 0; --i) {
                rows_[i - 1] = smallest_.top().row;
                if (query_.pairs) keys_.push_back(smallest_.top().key);
                smallest_.pop();
            }
            std::ranges::reverse(keys_);
        }
        page.rows = std::move(rows_);
        if (more_ && !query_.top) {
            page.next_token = make_paging_token(
                builder_.keys.authenticator,
                builder_.caller,
                query_.query_digest,
                query_.pairs ? to_bytes({last_, {}, {}}) : last_
            );
        }
        page.keys = std::move(keys_);
        return page;
    }

    PlanBuilder& builder_;
    const Query& query_;
    ListRules& rules_;
    const access::Scope& scope_;
    const storage::Row* const parent_;
    std::optional<Candidates> candidates_;
    std::unique_ptr<storage::Cursor> cursor_;  // over their ranges
    const std::size_t page_max_;
    std::string position_;  // key of the last row of the page before; sort key with $orderby
    std::string reached_;   // the entry of that row in the index that is walked in order
    std::size_t reached_value_ = 0;  // how much of it is before the row's id
    std::string last_;               // of the last row looked at that the caller may read, likewise
    std::vector<RowPtr> rows_;
    PairPosition start_;  // of a query for pairs, as are the keys of its rows
    std::vector<std::string> keys_;
    std::priority_queue<Sorted> smallest_;
    std::optional<FirstKeys> skipped_keys_;  // instead of rows
    std::uint64_t to_skip_ = 0;              // rows before the first one
    std::uint64_t count_ = 0;
    std::uint64_t owed_ = 0;            // work that was done and not yet spent
    Aggregator* aggregator_ = nullptr;  // that gets the rows, instead of a page
    std::optional<JoinWalk> joined_;    // with those that they are taken together with
    bool more_ = false;
};

}  // namespace

Result<Page> list(
    PlanBuilder& builder, const Query& query, const storage::Row* parent, std::size_t page_max
) {
    ListRules rules(builder, query);
    return list(builder, query, rules, parent, page_max);
}

Result<Page> list(
    PlanBuilder& builder, const Query& query, ListRules& rules, const storage::Row* parent,
    std::size_t page_max
) {
    return query.table->of_log ? list_of_log(builder, query, rules, page_max)
                               : Walk(builder, query, rules, parent, page_max).run();
}

Result<void> aggregate(
    PlanBuilder& builder, const Query& query, const storage::Row* parent, Aggregator& to
) {
    ListRules rules(builder, query);
    return query.table->of_log ? aggregate_log(builder, query, rules, to)
                               : Walk(builder, query, rules, parent, 0).run(to);
}

}  // namespace rookery::messages
