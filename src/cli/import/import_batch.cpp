#include "cli/import/import_batch.hpp"

#include "cli/client/patient_request.hpp"
#include "cli/import/bulk_message.hpp"
#include "cli/import/import_failure.hpp"
#include "cli/import/vault_rows.hpp"
#include "crypto/sha256.hpp"

#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace rookery::cli {
namespace {

constexpr std::string_view changed = "was changed since it was planned: run the import again";

/// The handle row's id follows from the unique handle id, so that a run that was cut off finds the
/// rows it made. A version 8 GUID (RFC 9562 section 5.8).
Uuid handle_row_id(const Uuid& organization, const std::string& key) {
    const auto digest =
        crypto::sha256({bytes_of("rookery.import.handle"), organization.view(), bytes_of(key)});
    auto id = Uuid::from_bytes(ByteView{digest}.first(16));
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
    return id;
}

class Batch {
 public:
    Batch(ImportRun& run, ApiClient& client, std::vector<WorkRow>& rows)
        : run_(run), client_(client), rows_(rows) {}

    Result<void> write() {
        ROOKERY_CHECK(prepare());
        // A record is bound to its handle row, which is made first. What changes is the record first: if its
        // handle row is not written then, the next run sees it.
        ROOKERY_CHECK(write_those(
            create_handles,
            [](const RowPlan& plan) { return plan.make_handle; },
            &Batch::refused_new_handle
        ));
        ROOKERY_CHECK(write_those(
            create_records,
            [](const RowPlan& plan) { return plan.outcome == Outcome::create; },
            &Batch::refused_new_record
        ));
        ROOKERY_CHECK(write_those(
            update_records,
            [](const RowPlan& plan) {
                return plan.outcome == Outcome::update && plan.record.any();
            },
            &Batch::refused_changed_record
        ));
        ROOKERY_CHECK(write_those(
            update_handles,
            [](const RowPlan& plan) { return plan.handle.any(); },
            &Batch::refused_changed_handle
        ));
        for (auto& row : rows_) row.row->done = !row.dropped;
        return {};
    }

 private:
    using Refused = Result<void> (Batch::*)(WorkRow& row, const Error& error);

    Result<void> prepare() {
        for (auto& row : rows_) {
            const auto& plan = row.plan();
            row.application = plan.application;
            if (plan.handle_id) row.handle = *plan.handle_id;
            if (plan.make_handle) {
                row.handle =
                    handle_row_id(run_.organization(), import_key(row.row->unique_handle_id));
            }
            if (plan.outcome == Outcome::create) row.new_record = run_.new_id();
            if (row.application || row.row->application.empty()) continue;
            auto found =
                run_.directory().application(client_, row.row->application, WhenMissing::create);
            if (found) {
                row.application = *found;
            } else {
                ROOKERY_CHECK(refused(row, found.error()));
            }
        }
        return {};
    }

    template <class Which>
    Result<void> write_those(const BulkMessage& message, Which which, Refused refused_row) {
        std::vector<WorkRow*> chosen;
        for (auto& row : rows_) {
            if (!row.dropped && which(row.plan())) chosen.push_back(&row);
        }
        return write_many(message, chosen, refused_row);
    }

    Result<void> write_many(
        const BulkMessage& message, std::span<WorkRow* const> rows, Refused refused_row
    ) {
        if (rows.empty()) return {};
        const auto written = send(message, rows);
        return written ? written : halve(message, rows, written.error(), refused_row);
    }

    /// All of these rows or none.
    Result<void> send(const BulkMessage& message, std::span<WorkRow* const> rows) {
        const auto written = patient_request(
            client_, Patience::busy_or_away, "POST", message.path(), message.body(rows)
        );
        if (!written) return fail(written.error());
        if (&message != &create_handles) run_.note_written();
        return {};
    }

    /// Rows that were refused together, until those to blame stand alone. Both halves are tried before one is
    /// halved again: what can be written is, before many rows in a row are found wanting.
    Result<void> halve(
        const BulkMessage& message, std::span<WorkRow* const> rows, const Error& error,
        Refused refused_row
    ) {
        if (ends(error.code)) return fail(error);
        if (rows.size() == 1) return (this->*refused_row)(*rows.front(), error);
        const auto front = rows.first(rows.size() / 2);
        const auto back = rows.subspan(rows.size() / 2);
        const auto front_written = send(message, front);
        const auto back_written = send(message, back);
        if (!front_written) {
            ROOKERY_CHECK(halve(message, front, front_written.error(), refused_row));
        }
        if (back_written) return {};
        return halve(message, back, back_written.error(), refused_row);
    }

    static bool ends(Errc code) { return ends_import(code) && !may_lie_with_a_row(code); }

    void drop(WorkRow& row, Outcome outcome, std::string reason) {
        row.dropped = true;
        row.row->plan.outcome = outcome;
        row.row->plan.reason = std::move(reason);
        run_.report(*row.row);
    }

    Result<void> refused(WorkRow& row, const Error& error) {
        if (ends(error.code)) return fail(error);
        drop(row, outcome_of(error.code), error.message);
        return after_refusal(error);
    }

    Result<void> after_refusal(const Error& error) {
        return may_lie_with_a_row(error.code) ? run_.count_denied(error) : Result<void>{};
    }

    /// Ours, if an answer got lost; somebody else's, who made it meanwhile; or its id was deleted and is gone.
    Result<void> refused_new_handle(WorkRow& row, const Error& error) {
        if (!is_duplicate(error.code)) return refused(row, error);
        auto there = read_vault_row(client_, *row.row);
        if (!there) return refused(row, there.error());
        if (there->handle) {
            if (there->handle->id == row.handle) return {};
            drop(row, Outcome::conflict, "somebody else made the handle row since it was planned");
            return {};
        }
        WipedBuffer body;
        append_new_handle(body, row, nullptr);
        const auto made =
            patient_request(client_, Patience::busy_or_away, "POST", handle_set, body);
        if (!made) return refused(row, made.error());
        const auto id = entity_id_of(*made);
        if (!id) return fail(Errc::bad_payload, "the server did not say which handle it made");
        row.handle = *id;
        return {};
    }

    /// Ours, if an answer got lost: nobody else can have chosen its id.
    Result<void> refused_new_record(WorkRow& row, const Error& error) {
        if (!is_duplicate(error.code)) return refused(row, error);
        const auto there = patient_request(
            client_,
            Patience::busy_or_away,
            "GET",
            fmt::format("{}({})?$select=versionnumber", secret_set, to_string(row.new_record))
        );
        if (there) return {};
        if (ends_import(there.error().code)) return fail(there.error());
        drop(row, Outcome::conflict, "somebody else made the record since it was planned");
        return {};
    }

    Result<void> refused_changed_record(WorkRow& row, const Error& error) {
        if (!is_outdated(error.code)) return refused(row, error);
        drop(row, Outcome::conflict, fmt::format("the record {}", changed));
        return {};
    }

    Result<void> refused_changed_handle(WorkRow& row, const Error& error) {
        if (ends(error.code)) return fail(error);
        const bool outdated = is_outdated(error.code);
        const bool written = row.plan().outcome == Outcome::create || row.plan().record.any();
        drop(
            row,
            outdated ? Outcome::conflict : outcome_of(error.code),
            fmt::format(
                "{}the handle row {}",
                written ? "the record is written, but " : "",
                outdated ? std::string{changed} : "was refused: " + error.message
            )
        );
        return after_refusal(error);
    }

    ImportRun& run_;
    ApiClient& client_;
    std::vector<WorkRow>& rows_;
};

}  // namespace

Result<void> write_batch(ImportRun& run, ApiClient& client, std::vector<WorkRow>& rows) {
    auto written = Batch(run, client, rows).write();
    run.count_done(rows.size());
    return written;
}

}  // namespace rookery::cli
