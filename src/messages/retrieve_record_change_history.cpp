#include "messages/retrieve_record_change_history.hpp"

#include "audit/log_reader.hpp"
#include "messages/rights_question.hpp"
#include "pipeline/audit_rows.hpp"
#include "pipeline/audit_words.hpp"
#include "pipeline/needs.hpp"
#include "query/list_of_log.hpp"
#include "query/paging_token.hpp"

#include <functional>
#include <string>
#include <utility>
#include <variant>

namespace rookery::messages {
namespace {

/// Entries that are looked at to count all changes, and to find a page by its number.
constexpr std::uint64_t entries_counted_max = 100'000;

access::Needs needs_for_history() { return needs_of_general(schema::prv_read_record_audit); }

access::Needs needs_to_review_history() {
    auto out = needs_for_history();
    return out.need(schema::prv_read_audit);
}

/// Read on the row, and what is decided on its tokens.
access::Needs needs_to_read_history(const storage::Row& row) {
    auto out = needs_to_read(row, {}, true);
    return out.need(schema::prv_read_record_audit);
}

std::vector<const schema::Column*> hidden_columns(
    const schema::Table& table, const access::Decision& decision
) {
    std::vector<const schema::Column*> out;
    for (const auto& column : table.columns) {
        const bool hidden = column.type == schema::Type::sealed &&
                            decision.view(column) == access::ColumnView::hidden;
        if (hidden) out.push_back(&column);
    }
    return out;
}

/// What a cookie belongs to.
std::string digest_of_history(const RetrieveRecordChangeHistory& message, const Uuid& row) {
    StringWriter out;
    out.text("rookery history v1").u16(message.target.table->id).bytes(row.view());
    out.u16(message.attribute == nullptr ? 0 : message.attribute->id);
    return std::string(text_of(out.view()));
}

/// The changes of one row, on the way down the log.
class History {
 public:
    History(
        const PlanBuilder& builder, const RetrieveRecordChangeHistory& message,
        const HistoryPlan& plan
    )
        : builder_(builder), message_(message), row_(plan.row), reviewing_(plan.reviewing) {
        if (!plan.reviewing) {
            hidden_ = hidden_columns(*message.target.table, plan.reading.decision());
        }
    }

    [[nodiscard]] Result<HistoryReply> run(const audit::LogReader& reader) {
        ROOKERY_TRY(auto below, begin_of_page(reader));
        auto to_skip = message_.page.cookie.empty()
                           ? (std::uint64_t{message_.page.number} - 1) * message_.page.count
                           : std::uint64_t{0};
        const auto most = to_skip > 0 ? entries_counted_max : log_entries_per_page;
        HistoryReply reply;
        const auto take = [&](std::uint64_t index, AuditDetail detail) {
            if (to_skip > 0) {
                --to_skip;
            } else if (reply.details.size() == message_.page.count) {
                reply.more = true;
                return false;
            } else {
                reply.details.push_back(std::move(detail));
            }
            below = index;
            return true;
        };
        ROOKERY_TRY(const auto unseen, walk(reader, below, most, take));
        if (unseen) {
            if (to_skip > 0) return fail(too_far());
            reply.more = true;
            below = *unseen;
        }
        if (reply.more) reply.cookie = cookie(below);
        if (message_.page.total) {
            ROOKERY_TRY(reply.total, count(reader));
        }
        return reply;
    }

 private:
    using Take = std::function<bool(std::uint64_t index, AuditDetail detail)>;

    static Error too_far() {
        return {
            Errc::paging_limit,
            "The log is too long to walk over so many changes: take the paging cookie of the page "
            "before.",
            {},
            {}};
    }

    /// From the entry below `below` on. Below which one nothing was looked at, if it ended for that reason.
    [[nodiscard]] Result<std::optional<std::uint64_t>> walk(
        const audit::LogReader& reader, std::uint64_t below, std::uint64_t most, const Take& take
    ) const {
        std::optional<std::uint64_t> unseen;
        std::uint64_t looked_at = 0;
        ROOKERY_CHECK(reader.each(
            0,
            below,
            storage::Order::descending,
            [&](const audit::FoundEntry& found) -> Result<bool> {
                if (looked_at++ == most) {
                    unseen = audit::index_of(found) + 1;
                    return false;
                }
                ROOKERY_CHECK(builder_.work.spend(log_entry_cost));
                return look_at(found, take);
            }
        ));
        return unseen;
    }

    [[nodiscard]] bool look_at(const audit::FoundEntry& found, const Take& take) const {
        if (!found) return true;
        const auto& event = found->event;
        const auto change = change_of(event);
        const auto about = audited_row(event);
        const bool tells = change != RowChange::none || tells_of_share(event);
        const bool is_ours =
            tells && about.id == row_.id && about.table == message_.target.table->name;
        if (!is_ours) return true;
        auto detail = audit_detail(event, builder_.facts());
        hide(detail, hidden_);
        // Who may read this row knows with whom it is shared, and need not know which others it is linked to.
        const bool of_itself = std::holds_alternative<AttributeDetail>(detail) ||
                               std::holds_alternative<ShareDetail>(detail);
        if (!reviewing_ && !of_itself) detail = {};
        const bool asked = message_.attribute == nullptr || changes(detail, *message_.attribute);
        if (asked && !take(found->leaf.index, std::move(detail))) return false;
        // An id that was used is never used again: nothing of this row lies before.
        return change != RowChange::made || event.record != row_.id;
    }

    [[nodiscard]] Result<std::optional<std::uint64_t>> count(const audit::LogReader& reader) const {
        std::uint64_t out = 0;
        ROOKERY_TRY(
            const auto unseen,
            walk(
                reader,
                reader.size(),
                entries_counted_max,
                [&](std::uint64_t, const AuditDetail&) {
                    ++out;
                    return true;
                }
            )
        );
        return unseen ? std::nullopt : std::optional(out);
    }

    [[nodiscard]] Result<std::uint64_t> begin_of_page(const audit::LogReader& reader) const {
        if (message_.page.cookie.empty()) return reader.size();
        ROOKERY_TRY(
            const auto position,
            read_paging_token(
                builder_.keys.authenticator,
                builder_.caller,
                digest_of_history(message_, row_.id),
                message_.page.cookie
            )
        );
        ByteReader bytes(bytes_of(position));
        return bytes.u64();
    }

    [[nodiscard]] std::string cookie(std::uint64_t below) const {
        ByteWriter position;
        position.u64(below);
        return make_paging_token(
            builder_.keys.authenticator,
            builder_.caller,
            digest_of_history(message_, row_.id),
            text_of(position.view())
        );
    }

    const PlanBuilder& builder_;
    const RetrieveRecordChangeHistory& message_;
    const storage::RowRef row_;
    const bool reviewing_;
    std::vector<const schema::Column*> hidden_;
};

bool reviews(const PlanBuilder& builder) {
    return builder.decide(needs_to_review_history()).allowed();
}

/// Whoever reads the whole log reads that of a row that is gone as well.
Judged<HistoryPlan> plan_review(PlanBuilder& builder, const Target& target) {
    ROOKERY_TRY(auto reading, judge_act(builder, needs_to_review_history()));
    HistoryPlan out{std::move(reading), true, {target.table->id, {}}};
    if (const auto* id = std::get_if<Uuid>(&target.by)) {
        out.row.id = *id;
    } else {
        ROOKERY_TRY(const auto row, record_of(builder, target));
        out.row.id = row->id;
    }
    return out;
}

Judged<HistoryPlan> plan_reading(PlanBuilder& builder, const Target& target) {
    ROOKERY_TRY(auto row, builder.reading.live(target, schema::Right::read));
    const auto ref = row->ref();
    auto needs = needs_to_read_history(*row);
    ROOKERY_TRY(auto reading, judge_act(builder, std::move(needs), std::move(row)));
    return HistoryPlan{std::move(reading), false, ref};
}

}  // namespace

MessageFacts RetrieveRecordChangeHistory::facts() const {
    return {
        attribute == nullptr ? "RetrieveRecordChangeHistory" : "RetrieveAttributeChangeHistory",
        audit::Action::audit_read,
        named_by(target),
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> RetrieveRecordChangeHistory::check_texts() const { return {}; }

access::Decision RetrieveRecordChangeHistory::admit(const Asker& asker) const {
    auto review = asker.decide(needs_to_review_history());
    if (review.allowed()) return review;
    auto history = asker.decide(needs_for_history());
    return history.allowed() ? asker.decide(*target.table, schema::Right::read) : history;
}

Judged<RetrieveRecordChangeHistory::Plan> RetrieveRecordChangeHistory::plan(PlanBuilder& builder
) const {
    if (target.table->of_log) {
        return fail(Error{Errc::unsupported, "An entry of the log has no history.", {}, {}});
    }
    if (reviews(builder)) return plan_review(builder, target);
    ROOKERY_TRY(auto out, plan_reading(builder, target));
    if (attribute == nullptr || attribute->type != schema::Type::sealed ||
        out.reading.decision().view(*attribute) != access::ColumnView::hidden) {
        return out;
    }
    return fail(Error{
        Errc::column_read_denied,
        "The caller may not read the column '" + std::string(attribute->name) + "'.",
        {},
        {}});
}

Result<MessageReply::Body> RetrieveRecordChangeHistory::execute(PlanBuilder& builder, Plan plan)
    const {
    ROOKERY_TRY(
        const auto reader, audit::LogReader::open(builder.view.store(), &builder.keys.details)
    );
    ROOKERY_TRY(auto reply, History(builder, *this, plan).run(reader));
    auto event = builder.event(audit::Action::audit_read, audit::Outcome::success);
    event.count = reply.details.size();
    event.rule = builder.rule_of(plan.reading.decision());
    event.extras.emplace_back("from-table", std::string(target.table->name));
    event.extras.emplace_back("from-record", to_string(plan.row.id));
    if (attribute != nullptr) event.extras.emplace_back("attribute", std::string(attribute->name));
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
