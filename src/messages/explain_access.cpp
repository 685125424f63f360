#include "messages/explain_access.hpp"

#include "messages/create.hpp"
#include "messages/delete.hpp"
#include "messages/name_book.hpp"
#include "messages/retrieve.hpp"
#include "messages/retrieve_multiple.hpp"
#include "messages/rights_question.hpp"
#include "messages/upsert.hpp"
#include "pipeline/carry_out.hpp"
#include "pipeline/needs.hpp"
#include "pipeline/show.hpp"
#include "schema/known_tables.hpp"

#include <algorithm>

namespace rookery::messages {
namespace {

namespace known = schema::known;
using schema::Right;

std::string_view name_of(Explained what) {
    const auto* found = std::ranges::find(explained_names, what, &ExplainedName::what);
    return found == std::end(explained_names) ? std::string_view{} : found->name;
}

/// One message of one user, judged and dropped.
class Trial {
 public:
    Trial(PlanBuilder& builder, const access::Caller& caller, const ExplainAccess& asked)
        : builder_(builder), caller_(caller), asked_(asked) {}

    Result<ExplainReply> run() {
        reply_.user = caller_.user;
        reply_.asked = name_of(asked_.what);
        reply_.table = asked_.table;
        if (asked_.record) {
            const auto* id = std::get_if<Uuid>(&asked_.record->by);
            if (id != nullptr) reply_.record = *id;
        }
        ROOKERY_CHECK(judge_asked());
        return std::move(reply_);
    }

 private:
    Result<void> judge_asked() {
        Selection selection;
        selection.unmasked = true;
        if (asked_.column != nullptr) selection.columns = {asked_.column};
        switch (asked_.what) {
            case Explained::retrieve: {
                Retrieve message;
                message.target = *asked_.record;
                message.selection = std::move(selection);
                return judge(message);
            }
            case Explained::retrieve_multiple: {
                RetrieveMultiple message;
                message.table = asked_.table;
                message.selection = std::move(selection);
                return judge(message);
            }
            case Explained::create: {
                Create message;
                message.table = asked_.table;
                if (asked_.column != nullptr) message.input.cells.push_back({asked_.column, {}});
                return judge(message);
            }
            case Explained::remove:
                return judge(Delete{*asked_.record, {}});
            case Explained::update:
                return judge_update(asked_.column, {});
            case Explained::assign: {
                ROOKERY_TRY(const auto* column, owner_column());
                return judge_update(column, new_owner());
            }
            case Explained::set_state: {
                ROOKERY_TRY(const auto* column, state_column());
                return judge_update(column, other_state());
            }
            case Explained::append:
                return judge(Right::append);
            case Explained::append_to:
                return judge(Right::append_to);
        }
        return fail(Errc::internal, "no message of that kind");
    }

    Result<void> judge_update(const schema::Column* column, InputValue value) {
        Upsert message;
        message.target = *asked_.record;
        message.preconditions.must_exist = true;
        if (column != nullptr) message.input.cells.push_back({column, std::move(value)});
        return judge(message);
    }

    /// What several messages need of a row, and no message by itself.
    Result<void> judge(Right right) {
        auto decision = decide(needs_of_table(*asked_.table, right));
        if (!decision.allowed()) {
            take(decision);
            return {};
        }
        const auto row = builder_.reading.live(*asked_.record, right);
        if (!row) {
            reply_.error = row.error();
            return {};
        }
        auto needs = access::Needs{};
        add_need(needs, right, **row);
        reply_.rows = 1;
        reply_.record = (*row)->id;
        take(decide(needs));
        return {};
    }

    /// As if the caller had sent it, up to where all of it is authorized, and dropped then.
    template <class M>
    Result<void> judge(const M& message) {
        const auto facts = message.facts();
        PlanBuilder probe(
            builder_.services, builder_.view, caller_, facts, builder_.info, builder_.work
        );
        std::vector<JudgedStep> steps;
        probe.tell(steps);
        auto plan = authorize(probe, message);
        if (!plan) {
            auto& stopped = plan.error();
            if (stopped.decision) take(*stopped.decision);
            // Nothing is in a row that is only asked about: what it lacks stands in nobody's way.
            const bool allowed = stopped.decision && stopped.decision->allowed();
            if (allowed && asked_.what == Explained::create) return {};
            refuse(std::move(stopped.error));
            return {};
        }
        const auto& main = main_step(steps);
        reply_.rows = steps.size();
        take(main.decision);
        if (asked_.record) reply_.record = main.id;
        return conclude(probe, message, std::move(*plan));
    }

    /// Whether the reading would show anything.
    Result<void> conclude(PlanBuilder&, const Retrieve&, RetrievePlan plan) {
        if (releases_nothing(plan.start)) refuse(inactive_record());
        return {};
    }

    Result<void> conclude(PlanBuilder&, const RetrieveMultiple&, const RetrieveMultiplePlan&) {
        return {};
    }

    Result<void> conclude(PlanBuilder&, const Create&, const PlannedWrite&) { return {}; }

    Result<void> conclude(PlanBuilder& probe, const Upsert& message, PlannedWrite plan) {
        if (asked_.what == Explained::assign) ROOKERY_CHECK(check_new_owner(plan.change));
        return carry_out(probe, message, std::move(plan));
    }

    Result<void> conclude(PlanBuilder& probe, const Delete& message, AuthorizedChanges plan) {
        return carry_out(probe, message, std::move(plan));
    }

    template <class M>
    Result<void> carry_out(PlanBuilder& probe, const M& message, typename M::Plan plan) {
        if (auto done = message.execute(probe, std::move(plan)); !done) {
            refuse(done.error());
        } else if (const auto effect = check_effect(probe); !effect) {
            refuse(effect.error());
        }
        return {};
    }

    [[nodiscard]] access::Decision decide(const access::Needs& needs) const {
        return access::decide(caller_, needs, builder_.facts());
    }

    void take(const access::Decision& decision) {
        reply_.allowed = decision.allowed();
        reply_.error = decision.allowed() ? std::nullopt : std::optional(decision.error());
        reply_.rule = decision.rule_path();
        reply_.path = decision.path();
        reply_.missing = decision.missing();
        reply_.columns.assign(decision.columns().begin(), decision.columns().end());
    }

    void refuse(Error error) {
        reply_.allowed = false;
        reply_.error = std::move(error);
    }

    /// The step on the record itself; what goes with it has steps before it.
    [[nodiscard]] const JudgedStep& main_step(const std::vector<JudgedStep>& steps) const {
        const auto found = std::ranges::find_if(steps, [&](const JudgedStep& one) {
            return reply_.record && one.table == asked_.table && one.id == *reply_.record;
        });
        return found == steps.end() ? steps.back() : *found;
    }

    static bool releases_nothing(const Authorized<ShowRow>& reading) {
        const auto& row = *reading.what().row;
        return is_inactive(row) &&
               std::ranges::any_of(reading.decision().columns(), [&](const auto& column) {
                   return column.view == access::ColumnView::clear &&
                          row.find(column.column->id) != nullptr;
               });
    }

    static Result<void> check_new_owner(const Authorized<Change>& assigning) {
        if (std::get<WriteRow>(assigning.what()).draft.new_owner) return {};
        return fail(
            Errc::invalid_argument,
            "The record belongs to that owner already.",
            "name another owner"
        );
    }

    [[nodiscard]] Error has_none(std::string_view what) const {
        return {
            Errc::invalid_argument,
            "Rows of '" + std::string(asked_.table->name) + "' have no " + std::string(what) + ".",
            {},
            {}};
    }

    Result<const schema::Column*> owner_column() const {
        const auto* column = asked_.table->column("ownerid");
        if (column == nullptr || column->type != schema::Type::owner)
            return fail(has_none("owner"));
        return column;
    }

    Result<const schema::Column*> state_column() const {
        const auto* column = asked_.table->column("statecode");
        if (column == nullptr || !column->may(schema::can::update)) return fail(has_none("state"));
        return column;
    }

    /// Whether there is such a principal is for the message itself to find out.
    Target new_owner() const {
        const auto owner = asked_.owner.value_or(caller_.user);
        const bool team = builder_.facts().team(owner) != nullptr;
        return {team ? &known::team : &known::systemuser, owner};
    }

    /// Off if it is on, else on. Whether there is a row is for the message itself to find out.
    InputValue other_state() const {
        const auto row = builder_.reading.live(*asked_.record, Right::write);
        return std::int64_t{row && is_inactive(**row) ? 0 : 1};
    }

    PlanBuilder& builder_;
    const access::Caller& caller_;
    const ExplainAccess& asked_;
    ExplainReply reply_;
};

/// An answer about oneself is what the request itself would say. On behalf of another it is about one of the two, and may
/// say more than they get together.
access::Needs needs_to_explain(const std::optional<Uuid>& user, const access::Caller& caller) {
    if (caller.delegate) return access::Needs(needs_of_general(schema::prv_read_audit));
    return needs_to_ask_about(user, caller.user);
}

}  // namespace

MessageFacts ExplainAccess::facts() const {
    return {
        "rky_ExplainAccess",
        audit::Action::audit_read,
        record ? named_by(*record) : Named{table, {}},
        Cost::many_rows,
        Stores::nothing_new,
        OnBehalf::may};
}

Result<void> ExplainAccess::check_texts() const { return {}; }

access::Decision ExplainAccess::admit(const Asker& asker) const {
    return asker.decide(needs_to_explain(user, asker.caller));
}

Judged<ExplainAccess::Plan> ExplainAccess::plan(PlanBuilder& builder) const {
    return judge_act(builder, needs_to_explain(user, builder.caller));
}

Result<MessageReply::Body> ExplainAccess::execute(PlanBuilder& builder, Plan plan) const {
    const auto subject = user.value_or(builder.caller.user);
    const bool own = subject == builder.caller.user && !builder.caller.delegate;
    if (builder.facts().user(subject) == nullptr)
        return fail(does_not_exist(known::systemuser, subject));
    auto asked = *this;
    if (!own && asked.record) {
        // By its id, so that the answer says what by its key would be "not there".
        ROOKERY_TRY(const auto row, record_of(builder, *asked.record));
        asked.record->by = row->id;
    }
    const auto caller = own ? builder.caller : access::Caller::of(subject);
    ROOKERY_TRY(auto reply, Trial(builder, caller, asked).run());
    ROOKERY_TRY(reply.credentials, live_credentials(builder, subject));
    NameBook names(builder);
    names.user(subject);
    if (reply.path) names.path(*reply.path);
    names.credentials(reply.credentials);
    reply.names = std::move(names).take();

    auto event = asked_event(builder, plan.decision());
    event.table = reply.table->name;
    if (reply.record) event.record = *reply.record;
    if (column != nullptr) event.columns.push_back(column->id);
    add_subject(event, subject);
    event.extras.emplace_back("asked", std::string(reply.asked));
    event.extras.emplace_back(
        "answer",
        std::string(
            reply.error ? rookery::info(reply.error->code).name : std::string_view("allowed")
        )
    );
    builder.record(event);
    return reply;
}

}  // namespace rookery::messages
