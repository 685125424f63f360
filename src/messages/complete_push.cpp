#include "messages/complete_push.hpp"

#include "messages/apply_change.hpp"
#include "pipeline/needs.hpp"
#include "rules/write_draft.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

enum State : std::int64_t { active = 0, inactive = 1 };

enum Status : std::int64_t { status_active = 0, status_fixed = 1 };

enum ErrorType : std::int64_t { conflict = 0, not_found = 1, already_exists = 2, others = 3 };

tl::unexpected<Error> not_ours(std::string_view what) {
    return fail(Errc::invalid_argument, "A push was completed with " + std::string(what) + ".");
}

struct Check {
    const schema::Table& table;

    Result<void> operator()(const Pushed& pushed) const { return check_status(pushed.status); }

    Result<void> operator()(const PushFailed& failed) const {
        if (!is_push_code(failed.code)) return not_ours("an unknown code");
        if (!failed.missing_privilege.empty() && !is_privilege_name(failed.missing_privilege)) {
            return not_ours("a text that names no privilege");
        }
        for (const auto* column : failed.columns) {
            if (column == nullptr || table.column(column->id) != column) {
                return not_ours("a column of another table");
            }
        }
        return check_status(failed.status);
    }

    static Result<void> check_status(int status) {
        if (status < 0 || status > 599) return not_ours("an impossible status");
        return {};
    }
};

ErrorType type_of(const PushFailed& failed) {
    if (failed.code == "0x80040237" || failed.code == "0x80060892") return already_exists;
    if (failed.status == 404) return not_found;
    if (failed.status == 409 || failed.status == 412) return conflict;
    return others;
}

std::string names_of(const std::vector<const schema::Column*>& columns) {
    std::string out;
    for (const auto* column : columns) {
        if (!out.empty()) out += ", ";
        out += column->name;
    }
    return out;
}

storage::Value text_or_null(std::string text) {
    return text.empty() ? storage::Value{} : storage::Value{std::move(text)};
}

void set(Draft& draft, std::string_view name, storage::Value value) {
    const auto* column = draft.row.table->column(name);
    draft.row.set(column->id, std::move(value));
    draft.columns.push_back(column);
}

void set_state(Draft& draft, State state, Status status) {
    set(draft, "statecode", std::int64_t{state});
    set(draft, "statuscode", std::int64_t{status});
}

class SyncErrors {
 public:
    SyncErrors(PlanBuilder& builder, const CompletePush& message)
        : builder_(builder), message_(message) {}

    Result<std::vector<RowPtr>> read() {
        return builder_.reading.children(
            table_, *table_.column("regardingobjectid"), record(), sync_errors_per_record
        );
    }

    Result<Step<Change>> fixed(RowPtr before) {
        ROOKERY_TRY(auto draft, changed(*before));
        set_state(draft, inactive, status_fixed);
        return step(std::move(before), std::move(draft));
    }

    Result<Step<Change>> failed(const std::vector<RowPtr>& rows, const PushFailed& failure) {
        RowPtr before = successor_of(rows, failure.code);
        auto draft = before == nullptr ? made() : changed(*before);
        if (!draft) return fail(draft.error());
        describe(*draft, failure);
        return step(std::move(before), std::move(*draft));
    }

 private:
    [[nodiscard]] storage::RowRef record() const { return {message_.table->id, message_.id}; }

    /// The row that tells of this code, or the oldest when the record has no room for another.
    [[nodiscard]] static RowPtr successor_of(
        const std::vector<RowPtr>& rows, const std::string& code
    ) {
        const auto same = std::ranges::find_if(rows, [&](const RowPtr& row) {
            const auto* known = row->get<std::string>("errorcode");
            return known != nullptr && *known == code;
        });
        if (same != rows.end()) return *same;
        if (rows.size() < sync_errors_per_record) return nullptr;
        return *std::ranges::min_element(rows, {}, [](const RowPtr& row) {
            const auto* time = row->get<Instant>("errortime");
            return time == nullptr ? Instant{} : *time;
        });
    }

    Result<Draft> made() {
        return draft_create(
            builder_.reading,
            builder_.facts(),
            table_,
            Uuid::random(builder_.services.random),
            {},
            builder_.author()
        );
    }

    Result<Draft> changed(const storage::Row& before) {
        return draft_update(builder_.reading, builder_.facts(), before, Input{}, builder_.author());
    }

    void describe(Draft& draft, const PushFailed& failure) const {
        const auto now = std::chrono::floor<std::chrono::seconds>(builder_.now);
        const std::string action(names(failure.operation).action);
        set(draft, "name", action + " " + std::string(message_.table->name) + ": " + failure.code);
        set(draft, "action", action);
        set(draft, "errorcode", failure.code);
        set(draft, "errortime", Instant{now});
        set(draft, "errortype", std::int64_t{type_of(failure)});
        set(draft,
            "errormessage",
            failure.status == 0 ? std::string("The organization gave no answer.")
                                : "The organization answered with HTTP status " +
                                      std::to_string(failure.status) + ".");
        set(draft,
            "errordetail",
            failure.missing_privilege.empty()
                ? storage::Value{}
                : storage::Value{std::string(missing_privilege_detail) + failure.missing_privilege}
        );
        set(draft, "requestdata", text_or_null(names_of(failure.columns)));
        set(draft, "regardingobjectid", record());
        set_state(draft, active, status_active);
    }

    /// The record itself needs no right here: CompletePush has a privilege of its own.
    Result<Step<Change>> step(RowPtr before, Draft draft) {
        std::ranges::sort(draft.columns, {}, &schema::Column::id);
        Step<Change> out;
        out.table = &table_;
        out.id = draft.row.id;
        if (before == nullptr) {
            out.needs = needs_to_create(draft);
        } else {
            out.needs = needs_to_update(*before, draft);
        }
        out.what = WriteRow{std::move(before), std::move(draft)};
        return out;
    }

    PlanBuilder& builder_;
    const CompletePush& message_;
    const schema::Table& table_ = schema::known::syncerror;
};

bool is_active(const RowPtr& row) {
    const auto* state = row->get<std::int64_t>("statecode");
    return state != nullptr && *state == active;
}

/// What the record's syncerror rows say from now on.
Result<std::vector<Step<Change>>> plan_sync_errors(
    PlanBuilder& builder, const CompletePush& message
) {
    std::vector<Step<Change>> steps;
    const auto* failure = std::get_if<PushFailed>(&message.outcome);
    if (failure != nullptr && !failure->parks) return steps;
    SyncErrors errors(builder, message);
    ROOKERY_TRY(auto rows, errors.read());
    if (failure != nullptr) {
        ROOKERY_TRY(auto step, errors.failed(rows, *failure));
        steps.push_back(std::move(step));
        return steps;
    }
    for (auto& row : rows) {
        if (!is_active(row)) continue;
        ROOKERY_TRY(auto step, errors.fixed(std::move(row)));
        steps.push_back(std::move(step));
    }
    return steps;
}

/// Event of the push itself, and what becomes of its outbox entry.
void record_push(
    PlanBuilder& builder, const CompletePush& message, const access::Decision& decision
) {
    const auto* failure = std::get_if<PushFailed>(&message.outcome);
    auto event = builder.event(
        audit::Action::sync_push,
        failure == nullptr ? audit::Outcome::success : audit::Outcome::failed
    );
    event.table = message.table->name;
    event.record = message.id;
    event.rule = builder.rule_of(decision);
    const auto [operation, status] = std::visit(
        [](const auto& outcome) { return std::pair(outcome.operation, outcome.status); },
        message.outcome
    );
    event.extras.emplace_back("operation", std::string(names(operation).operation));
    event.extras.emplace_back("versionnumber", message.versionnumber);
    event.extras.emplace_back("status", static_cast<std::uint64_t>(status));
    if (failure == nullptr) {
        if (std::get<Pushed>(message.outcome).owner_left_out) {
            event.extras.emplace_back("owner", std::string("left-out"));
        }
    } else {
        event.extras.emplace_back("code", failure->code);
        if (!failure->missing_privilege.empty()) {
            event.extras.emplace_back("privilege", failure->missing_privilege);
        }
    }
    builder.record(event);
    if (failure != nullptr && !failure->parks) return;
    builder.change_outbox(
        {{message.table->id, message.id},
         message.versionnumber,
         failure == nullptr ? ledger::OutboxChange::To::removed : ledger::OutboxChange::To::parked}
    );
}

}  // namespace

MessageFacts CompletePush::facts() const {
    return {
        "rky_CompletePush",
        audit::Action::sync_push,
        {table, id},
        Cost::few_rows,
        Stores::nothing_new,
        OnBehalf::own_work};
}

Result<void> CompletePush::check_texts() const { return {}; }

access::Decision CompletePush::admit(const Asker& asker) const {
    return asker.decide(needs_of_general(schema::prv_sync));
}

Judged<CompletePush::Plan> CompletePush::plan(PlanBuilder& builder) const {
    if (table == nullptr || !table->synced) return not_ours("a table that is not synced");
    ROOKERY_CHECK(std::visit(Check{*table}, outcome));
    ROOKERY_TRY(auto steps, plan_sync_errors(builder, *this));
    Step<Act> push;
    push.table = table;
    push.id = id;
    push.needs = needs_of_general(schema::prv_sync);
    ROOKERY_TRY(auto authorized, Authorized<Act>::judge(builder, std::move(push)));
    ROOKERY_TRY(auto sync_errors, judge_all(builder, std::move(steps)));
    return Plan{std::move(authorized), std::move(sync_errors)};
}

Result<MessageReply::Body> CompletePush::execute(PlanBuilder& builder, Plan plan) const {
    record_push(builder, *this, plan.push.decision());
    ROOKERY_CHECK(apply_all(builder, plan.sync_errors));
    return NoContent{};
}

}  // namespace rookery::messages
