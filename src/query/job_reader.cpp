#include "query/job_reader.hpp"

#include "schema/known_tables.hpp"
#include "storage/index_key.hpp"
#include "storage/row_codec.hpp"
#include "storage/row_key.hpp"

#include <algorithm>
#include <utility>

namespace rookery::messages {
namespace {

using schema::known::asyncoperation;

std::uint64_t number_of(const storage::Row& row, std::string_view column) {
    const auto* value = row.get<std::int64_t>(column);
    return value == nullptr ? 0 : static_cast<std::uint64_t>(*value);
}

std::string text_of_column(const storage::Row& row, std::string_view column) {
    const auto* value = row.get<std::string>(column);
    return value == nullptr ? std::string{} : *value;
}

JobRow job_of(const storage::Row& row) {
    JobRow out;
    out.id = row.id;
    out.name = text_of_column(row, "name");
    out.status = static_cast<JobStatus>(number_of(row, "statuscode"));
    out.progress.done = number_of(row, "rky_done");
    out.progress.total = number_of(row, "rky_total");
    out.progress.findings = number_of(row, "rky_findings");
    out.progress.wait_reason = text_of_column(row, "rky_waitreason");
    out.progress.cursor = text_of_column(row, "rky_cursor");
    if (const auto* created = row.get<Instant>("createdon")) out.created = *created;
    if (const auto* by = row.get<storage::RowRef>("createdby")) out.created_by = by->id;
    if (const auto* completed = row.get<Instant>("completedon")) out.completed = *completed;
    out.versionnumber = row.versionnumber;
    return out;
}

storage::KeyRange range_of(JobStateCode state) {
    return storage::by_state(asyncoperation, static_cast<std::int64_t>(state));
}

}  // namespace

Result<std::optional<JobRow>> read_job(const View& view, const Uuid& id) {
    ROOKERY_TRY(
        const auto stored,
        view.store()->get(storage::Family::rows, storage::row_key({asyncoperation.id, id}))
    );
    if (!stored) return std::nullopt;
    ROOKERY_TRY(
        const auto decoded, storage::decode(asyncoperation, id, *stored, view.keys().authenticator)
    );
    const auto* row = std::get_if<storage::Row>(&decoded);
    if (row == nullptr) return std::nullopt;
    return job_of(*row);
}

Result<JobRows> read_jobs(const View& view, JobStateCode state) {
    JobRows out;
    const auto cursor = view.store()->scan(range_of(state), storage::Order::ascending);
    for (; cursor->valid() && out.rows.size() < job_rows_max; cursor->next()) {
        auto row = read_job(view, storage::id_of(cursor->key()));
        if (!row && row.error().code != Errc::integrity) return fail(row.error());
        if (!row) {
            ++out.damaged;
        } else if (*row) {
            out.rows.push_back(std::move(**row));
        }
    }
    ROOKERY_CHECK(cursor->status());
    std::ranges::stable_sort(out.rows, {}, [](const JobRow& row) {
        return std::pair(row.created, row.versionnumber);
    });
    return out;
}

Result<std::size_t> count_jobs(const View& view, JobStateCode state, std::size_t most) {
    std::size_t out = 0;
    const auto cursor = view.store()->scan(range_of(state), storage::Order::ascending);
    for (; cursor->valid() && out < most; cursor->next()) ++out;
    ROOKERY_CHECK(cursor->status());
    return out;
}

}  // namespace rookery::messages
