#include "cli/import/import_batch.hpp"

#include "cli/import/bulk_message.hpp"
#include "cli/import/import_failure.hpp"
#include "cli/import/patient_request.hpp"
#include "cli/import/row_lookup.hpp"
#include "crypto/sha256.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <utility>

namespace rookery::cli {
namespace {

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
    Batch(
        ImportRun& run, ApiClient& client, std::vector<PlannedRow>& rows, Expectation& expectation
    )
        : run_(run), client_(client), rows_(rows), expectation_(expectation) {}

    /// Errors of single rows are reported; what is returned ends the import.
    Result<void> run() {
        if (expectation_ == Expectation::all_new) {
            ROOKERY_TRY(const bool created, create_unseen());
            if (created) return {};
            expectation_ = Expectation::unknown;
        }
        ROOKERY_CHECK(look_up_all(open_rows()));
        ROOKERY_CHECK(find_handles());
        if (nothing_was_there()) expectation_ = Expectation::all_new;
        if (run_.options().dry_run) {
            for (auto& row : rows_) {
                if (!row.dropped) count_written(row);
            }
            return {};
        }
        ROOKERY_CHECK(make_handles());
        return write_records();
    }

 private:
    std::vector<PlannedRow*> open_rows() {
        std::vector<PlannedRow*> open;
        for (auto& row : rows_) {
            if (!row.dropped) open.push_back(&row);
        }
        return open;
    }

    /// Takes every row for a new one, and writes them if the vault agrees about all of them. False
    /// when it does not, or when a row has to be seen to be judged.
    Result<bool> create_unseen() {
        if (run_.options().dry_run) return false;
        for (const auto& row : rows_) {
            // Without a token only a record that is there can be meant.
            if (row.row.access_token.empty()) return false;
        }
        ROOKERY_CHECK(look_up_each(open_rows()));
        const auto open = open_rows();
        if (open.empty()) return true;
        for (auto* row : open) make_own_handle(*row);
        auto made = send(create_handles, open);
        if (made) made = send(create_records, open);
        if (made) {
            for (const auto* row : open) count_written(*row);
            return true;
        }
        if (ends_import(made.error().code)) return fail(made.error());
        for (auto* row : open) {
            row->handle.reset();
            row->make_handle = false;
        }
        return false;
    }

    void make_own_handle(PlannedRow& row) const {
        row.handle = handle_row_id(run_.organization(), row.key);
        row.make_handle = true;
    }

    bool nothing_was_there() const {
        return std::all_of(rows_.begin(), rows_.end(), [](const PlannedRow& row) {
            return !row.existing && (row.make_handle || row.dropped);
        });
    }

    Result<void> look_up_all(std::span<PlannedRow* const> rows) {
        ROOKERY_CHECK(look_up_records(client_, rows));
        return look_up_each(rows);
    }

    Result<void> look_up_each(std::span<PlannedRow* const> rows) {
        for (auto* row : rows) {
            if (auto looked_up = look_up(*row); !looked_up) {
                if (ends_import(looked_up.error().code)) return fail(std::move(looked_up).error());
                drop(*row, looked_up.error());
            }
        }
        return {};
    }

    void drop(PlannedRow& row, const Error& error) {
        row.dropped = true;
        run_.report({row.row.line, problem_kind_of(error.code), error.message});
    }

    void count_written(const PlannedRow& row) {
        run_.count(row.existing ? &ImportCounts::updated : &ImportCounts::created);
    }

    Result<void> look_up(PlannedRow& row) {
        ROOKERY_TRY(row.owner, run_.directory().owner(client_, row.row.owner));
        if (row.existing && run_.options().skip_existing) {
            row.dropped = true;
            run_.count(&ImportCounts::unchanged);
            return {};
        }
        if (!row.existing && row.row.access_token.empty()) {
            return fail(Errc::bad_payload, "a new record needs an access_token");
        }
        ROOKERY_CHECK(check_owner(row));
        if (!row.row.application.empty()) {
            const auto missing = run_.options().dry_run ? WhenMissing::leave : WhenMissing::create;
            ROOKERY_TRY(
                row.application, run_.directory().application(client_, row.row.application, missing)
            );
        }
        if (row.existing) row.handle = row.existing->handle;
        if (row.existing && is_unchanged(row)) {
            row.dropped = true;
            run_.count(&ImportCounts::unchanged);
        }
        return {};
    }

    Result<void> check_owner(const PlannedRow& row) const {
        if (row.existing && row.existing->owner != row.owner.id && !run_.options().take_over) {
            return fail(
                Errc::duplicate_key, "the record belongs to another owner (--take-over assigns it)"
            );
        }
        return {};
    }

    /// Tokens cannot be compared: who imports may not read them. A row that brings one is written.
    static bool is_unchanged(const PlannedRow& row) {
        return row.row.access_token.empty() && row.row.access_token_secret.empty() &&
               row.existing->owner == row.owner.id && row.existing->name == row.row.handle &&
               row.handle.has_value() &&
               (row.row.application.empty() || row.existing->application == row.application);
    }

    /// Handle rows of new records: one that is there already, or one of our own making.
    Result<void> find_handles() {
        std::vector<PlannedRow*> open;
        for (auto& row : rows_) {
            if (!row.dropped && !row.handle) open.push_back(&row);
        }
        ROOKERY_CHECK(look_up_handles(client_, open));
        for (auto* row : open) {
            if (!row->handle) make_own_handle(*row);
        }
        return {};
    }

    Result<void> make_handles() {
        std::vector<PlannedRow*> missing;
        for (auto& row : rows_) {
            if (!row.dropped && row.make_handle) missing.push_back(&row);
        }
        return write_many(create_handles, missing, [this](PlannedRow& row, const Error& error) {
            return refused_handle(row, error);
        });
    }

    /// The id was used before: the handle was made meanwhile, or was deleted and its id is gone.
    Result<void> refused_handle(PlannedRow& row, const Error& error) {
        if (!is_duplicate(error.code)) return refused(row, error);
        row.handle.reset();
        PlannedRow* const open[] = {&row};
        ROOKERY_CHECK(look_up_handles(client_, open));
        if (row.handle) return {};
        WipedBuffer body;
        append_handle(body, row);
        const auto made = patient_request(client_, "POST", handle_set, body);
        if (!made) return refused(row, made.error());
        row.handle = entity_id_of(*made);
        if (!row.handle) {
            return fail(Errc::bad_payload, "the server did not say which handle it made");
        }
        return {};
    }

    /// New records are created and not upserted, so that one that somebody else made meanwhile is
    /// never written over before its owner was looked at.
    Result<void> write_records() {
        std::vector<PlannedRow*> fresh;
        std::vector<PlannedRow*> known;
        for (auto& row : rows_) {
            if (!row.dropped) (row.existing ? known : fresh).push_back(&row);
        }
        ROOKERY_CHECK(write_many(
            create_records,
            fresh,
            [this](PlannedRow& row, const Error& error) { return refused_record(row, error); }
        ));
        ROOKERY_CHECK(update(known));
        for (const auto& row : rows_) {
            if (!row.dropped) count_written(row);
        }
        return {};
    }

    Result<void> update(std::span<PlannedRow* const> rows) {
        return write_many(upsert_records, rows, [this](PlannedRow& row, const Error& error) {
            return refused(row, error);
        });
    }

    /// The record is there after all: made by somebody else, or by ourselves when the answer got
    /// lost.
    Result<void> refused_record(PlannedRow& row, const Error& error) {
        if (!is_duplicate(error.code)) return refused(row, error);
        PlannedRow* const again[] = {&row};
        const auto looked_up = look_up_records(client_, again);
        if (!looked_up) return refused(row, looked_up.error());
        if (!row.existing) return refused(row, error);  // there, but not for our eyes
        if (const auto allowed = check_owner(row); !allowed) return refused(row, allowed.error());
        return update(again);
    }

    Result<void> refused(PlannedRow& row, const Error& error) {
        if (ends_import(error.code)) return fail(error);
        drop(row, error);
        return {};
    }

    /// All of these rows or none.
    Result<void> send(const BulkMessage& message, std::span<PlannedRow* const> rows) {
        ROOKERY_CHECK(patient_request(client_, "POST", message.path(), message.body(rows)));
        return {};
    }

    /// A message that is refused is halved until the rows to blame stand alone.
    template <class Refused>
    Result<void> write_many(
        const BulkMessage& message, std::span<PlannedRow* const> rows, const Refused& refused_row
    ) {
        if (rows.empty()) return {};
        const auto written = send(message, rows);
        if (written) return {};
        if (ends_import(written.error().code)) return fail(written.error());
        if (rows.size() == 1) return refused_row(*rows.front(), written.error());
        const auto half = rows.size() / 2;
        ROOKERY_CHECK(write_many(message, rows.first(half), refused_row));
        return write_many(message, rows.subspan(half), refused_row);
    }

    ImportRun& run_;
    ApiClient& client_;
    std::vector<PlannedRow>& rows_;
    Expectation& expectation_;
};

}  // namespace

Result<void> import_batch(
    ImportRun& run, ApiClient& client, std::vector<PlannedRow>& rows, Expectation& expectation
) {
    return Batch(run, client, rows, expectation).run();
}

}  // namespace rookery::cli
