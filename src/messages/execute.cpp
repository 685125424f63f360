#include "messages/execute.hpp"

#include <algorithm>

#include "crypto/sha256.hpp"
#include "messages/complete_push.hpp"
#include "messages/credential.hpp"
#include "messages/explain.hpp"
#include "messages/list.hpp"
#include "messages/recovery.hpp"
#include "messages/logged_values.hpp"
#include "messages/review.hpp"
#include "messages/secrets.hpp"
#include "messages/show.hpp"
#include "messages/sync_control.hpp"
#include "schema/known_tables.hpp"

namespace rookery::messages {
namespace {

using Body = MessageReply::Body;
using storage::Row;

/// A list that shows tokens is short: it has one event per row.
constexpr std::size_t revealing_page_max = 200;

/// What a change of a table is called on the log.
audit::Action action_on(const schema::Table& table, audit::Action plain) {
    namespace known = schema::known;
    if (!table.access_fact) return plain;
    if (&table == &known::systemuser || &table == &known::team || &table == &known::businessunit ||
        &table == &known::teammembership) {
        return audit::Action::principal_change;
    }
    const bool association = table.intersect && &table != &known::roleprivileges;
    return association ? audit::Action::grant : audit::Action::policy_change;
}

class Executor {
 public:
    Executor(Planning& planning, std::vector<Authorized> steps)
        : planning_(planning), steps_(std::move(steps)) {}

    Result<Body> operator()(const Rejected& message) { return fail(message.error); }

    Result<Body> operator()(const Create& message) {
        ROOKERY_TRY(const auto written, apply(steps_.front()));
        return reply_to_write(written, true, message.representation, message.selection);
    }

    Result<Body> operator()(const Upsert& message) {
        const bool created = std::holds_alternative<CreateRow>(steps_.front().step().what);
        ROOKERY_TRY(const auto written, apply(steps_.front()));
        return reply_to_write(written, created, message.representation, message.selection);
    }

    Result<Body> operator()(const CreateMultiple&) {
        IdsReply reply;
        for (auto& step : steps_) {
            ROOKERY_TRY(const auto written, apply(step));
            reply.ids.push_back(written.row->id);
        }
        return Body(std::move(reply));
    }

    Result<Body> operator()(const UpsertMultiple& message) { return apply_all(message.table); }

    Result<Body> operator()(const Delete& message) { return apply_all(message.target.table); }

    Result<Body> operator()(const Associate&) { return apply_all(nullptr); }

    Result<Body> operator()(const Disassociate&) { return apply_all(nullptr); }

    Result<Body> operator()(const AddPrivilegesRole&) { return apply_all(nullptr); }

    Result<Body> operator()(const RemovePrivilegeRole&) { return apply_all(nullptr); }

    Result<Body> operator()(const Retrieve& message) {
        auto& authorized = steps_.back();
        const auto* what = std::get_if<ShowRow>(&authorized.step().what);
        if (message.follow != nullptr && steps_.size() == 1) {
            // The lookup is null: only the row it starts from was read.
            ROOKERY_TRY(
                const auto nothing, show(planning_, what->row, message.selection, authorized.decision())
            );
            planning_.record(
                retrieve_event(planning_, *what->row, nothing, authorized.decision())
            );
            return Body(NullReply{});
        }
        const auto& known = message.preconditions.not_versions;
        if (!message.selection.annotations &&
            std::ranges::find(known, what->row->versionnumber) != known.end()) {
            // That the row is as it was, and no column of it, whatever was asked for.
            auto event = retrieve_event(planning_, *what->row, {}, authorized.decision());
            if (message.follow != nullptr) add_start(event, steps_.front().step());
            planning_.record(event);
            return Body(NotModified{});
        }
        ROOKERY_TRY(
            auto shown, show(planning_, what->row, message.selection, authorized.decision())
        );
        auto event = retrieve_event(planning_, *what->row, shown, authorized.decision());
        if (message.follow != nullptr) add_start(event, steps_.front().step());
        planning_.record(event);
        if (message.property != nullptr && !message.property->may(schema::can::row_id) &&
            message.property->name != "versionnumber" &&
            std::holds_alternative<std::monostate>(shown.row.cells.front().value)) {
            return Body(NullReply{});
        }
        return Body(RowReply{std::move(shown.row), false, std::move(shown.masked), message.property});
    }

    Result<Body> operator()(const RetrieveMultiple& message) {
        const auto& decision = steps_.back().decision();
        const auto* within =
            steps_.size() > 1 ? std::get_if<ShowRow>(&steps_.front().step().what) : nullptr;
        const bool reveals = std::ranges::any_of(decision.columns(), [](const auto& column) {
            return column.view == access::ColumnView::clear;
        });
        const std::size_t page_max =
            reveals ? std::min<std::size_t>(message.page_size, revealing_page_max)
                    : message.page_size;
        ROOKERY_TRY(
            auto page,
            list(planning_, message, within == nullptr ? nullptr : within->row.get(), page_max)
        );
        if (message.count_only) {
            record_list(message, page, {}, decision);
            return Body(CountReply{page.count.value_or(0)});
        }
        ListReply reply;
        reply.table = message.table;
        reply.count = page.count;
        reply.next_token = page.next_token;
        ByteWriter seen;
        for (auto& row : page.rows) {
            if (reveals) {
                // Guarded: a reveal must not follow a change that it did not see.
                ROOKERY_TRY(row, planning_.reading.live(*message.table, row->id));
            }
            ROOKERY_TRY(auto shown, show(planning_, row, message.selection, decision));
            seen.bytes(row->id.view()).u64(row->row_version);
            if (reveals) {
                auto event = retrieve_event(planning_, *row, shown, decision);
                if (steps_.size() > 1) add_start(event, steps_.front().step());
                planning_.record(event);
            }
            for (const auto& masked : shown.masked) {
                if (std::ranges::find(reply.masked, masked) == reply.masked.end()) {
                    reply.masked.push_back(masked);
                }
            }
            reply.rows.push_back(std::move(shown.row));
        }
        if (!reveals || reply.rows.empty()) record_list(message, page, seen.view(), decision);
        return Body(std::move(reply));
    }

    Result<Body> operator()(const WhoAmI&) {
        planning_.record(planning_.event(audit::Action::retrieve, audit::Outcome::success));
        const auto* user = planning_.facts().user(planning_.caller.user);
        return Body(WhoAmIReply{
            user->business_unit, planning_.caller.user, planning_.parts.organization
        });
    }

    Result<Body> operator()(const ServiceDocument&) {
        planning_.record(planning_.event(audit::Action::retrieve, audit::Outcome::success));
        return Body(ServiceDocumentReply{});
    }

    Result<Body> operator()(const CreateCredential& message) {
        ROOKERY_TRY(auto made, create_credential(planning_, message, steps_.front()));
        return Body(std::move(made));
    }

    Result<Body> operator()(const RevokeCredential&) {
        ROOKERY_CHECK(revoke_credential(planning_, steps_.front()));
        return Body(NoContent{});
    }

    Result<Body> operator()(const ConfirmCredential&) {
        ROOKERY_CHECK(confirm_credential(planning_, steps_.front()));
        return Body(NoContent{});
    }

    Result<Body> operator()(const RetrieveAuditEvents& message) {
        ROOKERY_TRY(auto page, review(planning_, message, steps_.front()));
        return Body(std::move(page));
    }

    Result<Body> operator()(const RetrieveVaultStatus&) {
        ROOKERY_TRY(auto facts, status(planning_, steps_.front()));
        return Body(std::move(facts));
    }

    Result<Body> operator()(const RetrieveWhoCan& message) {
        ROOKERY_TRY(auto readers, who_can(planning_, message, steps_.front()));
        return Body(std::move(readers));
    }

    Result<Body> operator()(const RetrieveAccessOf& message) {
        ROOKERY_TRY(auto access, access_of(planning_, message, steps_.front()));
        return Body(std::move(access));
    }

    Result<Body> operator()(const ExplainAccess& message) {
        ROOKERY_TRY(auto explained, explain(planning_, message, steps_.front()));
        return Body(std::move(explained));
    }

    Result<Body> operator()(const CompletePush& message) {
        record_push(planning_, message, steps_.front());
        for (std::size_t i = 1; i < steps_.size(); ++i) ROOKERY_CHECK(apply(steps_[i]));
        return Body(NoContent{});
    }

    Result<Body> operator()(const NoteRecovery& message) {
        ROOKERY_CHECK(note_recovery(planning_, message.user, steps_.front()));
        return Body(NoContent{});
    }

    Result<Body> operator()(const AcknowledgeRecovery&) {
        ROOKERY_CHECK(acknowledge_recovery(planning_, steps_.front()));
        return Body(NoContent{});
    }

    Result<Body> operator()(const RetrieveSyncStatus&) {
        ROOKERY_TRY(auto facts, sync_status(planning_, steps_.front()));
        return Body(std::move(facts));
    }

    Result<Body> operator()(const SyncNow&) {
        ROOKERY_CHECK(sync_now(planning_, steps_.front()));
        return Body(NoContent{});
    }

    Result<Body> operator()(const RetrySync&) {
        ROOKERY_TRY(const auto retried, retry_sync(planning_, steps_.front()));
        return Body(retried);
    }

 private:
    struct Written {
        RowPtr row;
        std::size_t write = 0;
        const access::Decision* decision = nullptr;
    };

    Result<Written> apply(Authorized& authorized) {
        auto& step = authorized.step();
        if (auto* create = std::get_if<CreateRow>(&step.what)) {
            return put(authorized, nullptr, create->draft, audit::Action::create);
        }
        if (auto* update = std::get_if<UpdateRow>(&step.what)) {
            return put(authorized, update->before.get(), update->draft, audit::Action::update);
        }
        if (auto* gone = std::get_if<RemoveRow>(&step.what)) {
            const auto write = planning_.remove(*gone->before);
            auto event = changed(authorized, *gone->before, audit::Action::remove);
            // What ReplacePrivilegesRole takes is told from what it gives: a pair that ends has no version.
            planning_.note_versions(event, gone->before.get(), write);
            add_logged_values(event, gone->before.get(), nullptr);
            if (gone->cascaded) event.extras.emplace_back("cascade", std::uint64_t{1});
            planning_.record(event);
            return Written{gone->before, 0, &authorized.decision()};
        }
        // Nothing to change, yet asked for: it is on the record.
        auto event = planning_.event(audit::Action::update, audit::Outcome::success);
        if (step.table != nullptr) event.table = step.table->name;
        if (!step.id.is_nil()) event.record = step.id;
        event.rule = planning_.rule_of(authorized.decision());
        planning_.record(event);
        return Written{nullptr, 0, &authorized.decision()};
    }

    Result<Written> put(
        Authorized& authorized, const Row* before, Draft& draft, audit::Action action
    ) {
        const auto& table = *draft.row.table;
        ROOKERY_TRY(
            auto changes, seal_secrets(
                              planning_.parts.sealer, planning_.parts.pseudonyms, draft.row,
                              draft.secrets
                          )
        );
        const auto write = planning_.write(before, draft.row);
        auto event = changed(authorized, draft.row, action_on(table, action));
        for (const auto* column : draft.columns) event.columns.push_back(column->id);
        planning_.note_versions(event, before, write);
        if (!changes.empty()) {
            event.key_versions = key_versions(draft.row);
            event.value_changes = std::move(changes);
        }
        add_logged_values(event, before, &draft.row);
        planning_.record(event);
        auto row = std::make_shared<const Row>(std::move(draft.row));
        return Written{std::move(row), write, &authorized.decision()};
    }

    [[nodiscard]] audit::Event changed(
        const Authorized& authorized, const Row& row, audit::Action action
    ) const {
        auto event =
            planning_.event(action_on(*row.table, action), audit::Outcome::success);
        planning_.about(event, row);
        event.rule = planning_.rule_of(authorized.decision());
        return event;
    }

    Result<Body> reply_to_write(
        const Written& written, bool created, bool representation, const Selection& selection
    ) {
        if (!representation) {
            return Body(NoContent{written.row->table, written.row->id, created});
        }
        ROOKERY_TRY(
            auto shown, show(planning_, written.row, selection, *written.decision)
        );
        if (shown.reveals) {
            planning_.record(retrieve_event(planning_, *written.row, shown, *written.decision));
        }
        shown.row.written = written.write;
        return Body(RowReply{std::move(shown.row), created, std::move(shown.masked), nullptr});
    }

    Result<Body> apply_all(const schema::Table* table) {
        for (auto& step : steps_) ROOKERY_CHECK(apply(step));
        return Body(NoContent{table, {}, false});
    }

    /// The row that a reading started from, besides the one that it shows.
    static void add_start(audit::Event& event, const Step& start) {
        event.extras.emplace_back("from-table", std::string(start.table->name));
        event.extras.emplace_back("from-record", to_string(start.id));
    }

    /// One event for the whole list: its shape, how many rows, and which ones as a digest.
    void record_list(
        const RetrieveMultiple& message, const Page& page, ByteView seen,
        const access::Decision& decision
    ) {
        auto event = planning_.event(audit::Action::list, audit::Outcome::success);
        event.table = message.table->name;
        event.count = page.rows.size();
        event.release = audit::ReleaseMode::metadata;
        for (const auto& column : decision.columns()) {
            if (column.view == access::ColumnView::masked) event.release = audit::ReleaseMode::masked;
        }
        event.rule = planning_.rule_of(decision);
        if (message.filter) event.extras.emplace_back("filter", shape(*message.filter));
        if (steps_.size() > 1) add_start(event, steps_.front().step());
        const auto digest = crypto::sha256(seen);
        event.extras.emplace_back("rows", Bytes(digest.begin(), digest.end()));
        planning_.record(event);
    }

    Planning& planning_;
    std::vector<Authorized> steps_;
};

}  // namespace

Result<MessageReply::Body> execute(Planning& planning, std::vector<Authorized> steps) {
    return std::visit(Executor(planning, std::move(steps)), planning.message);
}

}  // namespace rookery::messages
