#include "query/list_of_log.hpp"

#include "audit/log_reader.hpp"
#include "pipeline/audit_rows.hpp"
#include "query/join_walk.hpp"
#include "query/paging_token.hpp"
#include "query/required_values.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace rookery::messages {
namespace {

constexpr std::uint64_t log_count_max = 5000;
constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;

/// Indexes of entries, up to but not at the end.
struct LogRange {
    std::uint64_t from = 0;
    std::uint64_t end = 0;

    [[nodiscard]] bool empty() const { return from >= end; }
};

/// What index_bytes makes of a time, back.
std::optional<Instant> time_of(const std::string& bytes) {
    if (bytes.size() != sizeof(std::uint64_t)) return std::nullopt;
    ByteReader reader(bytes_of(bytes));
    const auto turned = reader.u64();
    if (turned < sign_bit) return Instant::min();
    return from_ms(turned ^ sign_bit);
}

class LogWalk {
 public:
    /// Whether to go on; the row is one of the list.
    using Visitor = std::function<Result<bool>(std::uint64_t index, RowPtr row)>;

    LogWalk(PlanBuilder& builder, const Query& query, ListRules& rules)
        : builder_(builder), query_(query), rules_(rules) {}

    [[nodiscard]] Result<void> open() {
        if (query_.pairs) {
            return fail(
                Errc::unsupported,
                "A list of 'audit' is linked to one user at most, and to no many rows."
            );
        }
        ROOKERY_CHECK(find_order());
        ROOKERY_TRY(
            auto reader, audit::LogReader::open(builder_.view.store(), &builder_.keys.details)
        );
        reader_.emplace(std::move(reader));
        range_.end = reader_->size();
        if (const auto* filter = rules_.filter()) ROOKERY_CHECK(narrow(*filter));
        return {};
    }

    [[nodiscard]] bool downwards() const { return order_ == storage::Order::descending; }

    [[nodiscard]] const LogRange& range() const { return range_; }

    /// Of these entries, at most `most` of which are looked at, those that are of the list. Where it ended: what is left.
    [[nodiscard]] Result<LogRange> walk(LogRange range, std::uint64_t most, const Visitor& visit) {
        std::uint64_t looked_at = 0;
        const auto look = [&](const audit::FoundEntry& found) -> Result<bool> {
            if (looked_at++ == most) return false;
            const auto index = audit::index_of(found);
            ROOKERY_CHECK(builder_.work.spend(log_entry_cost));
            auto row = audit_row(found);
            ROOKERY_TRY(const bool admitted, found ? admits(*row) : Result<bool>(true));
            if (admitted) {
                ROOKERY_TRY(const bool goes_on, visit(index, std::move(row)));
                if (!goes_on) return false;
            }
            (downwards() ? range.end : range.from) = downwards() ? index : index + 1;
            return true;
        };
        ROOKERY_CHECK(reader_->each(range.from, range.end, order_, look));
        return range;
    }

    /// As many as are counted at most.
    [[nodiscard]] Result<std::uint64_t> count() {
        if (rules_.filter() == nullptr) return std::min(log_count_max, range_.end - range_.from);
        std::uint64_t out = 0;
        ROOKERY_CHECK(walk(range_, range_.end, [&](std::uint64_t, const RowPtr&) -> Result<bool> {
            return ++out < log_count_max;
        }));
        return out;
    }

 private:
    [[nodiscard]] Result<void> find_order() {
        const auto& order = query_.order;
        if (order.empty()) return {};
        const auto* time = query_.table->column("createdon");
        const auto& first = order.front();
        if (order.size() > 1 || first.column != time || !first.through.empty()) {
            return fail(
                Errc::unsupported,
                "The rows of 'audit' are ordered by 'createdon' alone, newest first or last."
            );
        }
        if (!first.descending) order_ = storage::Order::ascending;
        return {};
    }

    /// createdon is in whole seconds: it is never after the time of the entry, and less than a second before it.
    [[nodiscard]] Result<void> narrow(const Filter& filter) {
        const auto& table = *query_.table;
        if (const auto bounds = required_bounds(filter, *table.column("createdon"))) {
            const auto first = time_of(bounds->first);
            const auto end = time_of(bounds->end);
            if (first) {
                ROOKERY_TRY(range_.from, reader_->begin_of(*first));
            }
            if (end) {
                ROOKERY_TRY(range_.end, reader_->end_before(*end + std::chrono::seconds{1}));
            }
        }
        const auto ids = required_values(filter, *table.column(table.primary_id));
        if (!ids) return {};
        LogRange named{range_.end, range_.from};
        for (const auto* value : *ids) {
            const auto* id = std::get_if<Uuid>(value);
            const auto index = id == nullptr ? std::nullopt : index_of_audit(*id);
            if (!index || *index >= reader_->size()) continue;
            named.from = std::min(named.from, *index);
            named.end = std::max(named.end, *index + 1);
        }
        range_.from = std::max(range_.from, named.from);
        range_.end = std::min(range_.end, named.end);
        if (range_.empty()) range_ = {};
        return {};
    }

    [[nodiscard]] Result<bool> admits(const storage::Row& row) {
        ROOKERY_TRY(const bool admitted, rules_.admits(row));
        ROOKERY_CHECK(builder_.work.spend(rules_.take_cost()));
        return admitted;
    }

    PlanBuilder& builder_;
    const Query& query_;
    ListRules& rules_;
    std::optional<audit::LogReader> reader_;
    storage::Order order_ = storage::Order::descending;
    LogRange range_;
};

/// Where a page begins: the entries that are left, and of a list with $top how many rows.
struct LogPosition {
    LogRange left;
    std::uint32_t rows = 0;
};

std::string bytes_of_position(const LogPosition& position) {
    ByteWriter out;
    out.u64(position.left.from).u64(position.left.end).u32(position.rows);
    return std::string(text_of(out.view()));
}

Result<LogPosition> begin_page(PlanBuilder& builder, const Query& query, const LogWalk& walk) {
    LogPosition out{walk.range(), query.top.value_or(0)};
    if (query.page > 1) {
        return fail(
            Errc::unsupported,
            "A page of 'audit' is asked for by the paging cookie of the one before."
        );
    }
    if (query.paging_token.empty()) return out;
    ROOKERY_TRY(
        const auto position,
        read_paging_token(
            builder.keys.authenticator, builder.caller, query.query_digest, query.paging_token
        )
    );
    if (position.size() != 2 * sizeof(std::uint64_t) + sizeof(std::uint32_t)) {
        return fail(Errc::bad_paging_token, "The paging cookie is not one of a list of the log.");
    }
    ByteReader reader(bytes_of(position));
    out.left.from = reader.u64();
    out.left.end = reader.u64();
    out.rows = reader.u32();
    return out;
}

}  // namespace

Result<Page> list_of_log(
    PlanBuilder& builder, const Query& query, ListRules& rules, std::size_t page_max
) {
    Page page;
    LogWalk walk(builder, query, rules);
    ROOKERY_CHECK(walk.open());
    if (query.count || query.count_only) {
        ROOKERY_TRY(page.count, walk.count());
        if (query.count_only) return page;
    }
    ROOKERY_TRY(auto position, begin_page(builder, query, walk));
    const bool topped = query.top.has_value();
    const auto limit = topped ? std::min<std::size_t>(position.rows, page_max) : page_max;
    ROOKERY_TRY(
        position.left,
        walk.walk(
            position.left,
            log_entries_per_page,
            [&](std::uint64_t, RowPtr row) -> Result<bool> {
                if (page.rows.size() == limit) return false;
                page.rows.push_back(std::move(row));
                return true;
            }
        )
    );
    position.rows -= topped ? static_cast<std::uint32_t>(page.rows.size()) : 0U;
    if (position.left.empty() || (topped && position.rows == 0)) return page;
    page.next_token = make_paging_token(
        builder.keys.authenticator, builder.caller, query.query_digest, bytes_of_position(position)
    );
    return page;
}

Result<void> aggregate_log(
    PlanBuilder& builder, const Query& query, ListRules& rules, Aggregator& to
) {
    LogWalk walk(builder, query, rules);
    ROOKERY_CHECK(walk.open());
    JoinWalk joined(builder, query.joins);
    ROOKERY_CHECK(walk.walk(
        walk.range(),
        walk.range().end,
        [&](std::uint64_t, const RowPtr& row) -> Result<bool> {
            return joined.each(*row, [&](JoinWalk::Rows rows) -> Result<bool> {
                const bool goes_on = to.add(rows);
                ROOKERY_CHECK(builder.work.spend(to.take_cost()));
                return goes_on;
            });
        }
    ));
    return {};
}

}  // namespace rookery::messages
