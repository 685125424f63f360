#include "cli/client/follow_job.hpp"

#include "cli/client/job_facts.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/patient_request.hpp"
#include "cli/output/console.hpp"
#include "rules/job_status.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

namespace rookery::cli {
namespace {

using namespace std::chrono_literals;
using messages::JobStatus;
using nlohmann::json;

// Each look is on the log.
constexpr std::chrono::milliseconds first_pause = 100ms;
constexpr std::chrono::milliseconds longest_pause = 5s;

bool goes_on(const json& job) {
    const auto state = text_member(job, "state");
    return state == messages::label_of(JobStatus::waiting_for_resources) ||
           state == messages::label_of(JobStatus::in_progress);
}

Result<json> row_of(ApiClient& client, const std::string& job) {
    ROOKERY_TRY(
        const auto reply,
        patient_request(
            client, Patience::busy_or_away, "GET", fmt::format("asyncoperations({})", job)
        )
    );
    ROOKERY_TRY(const auto row, object_of(reply));
    return job_of_row(row);
}

/// By the second, which the row is not. Whoever may not see it sees no progress.
std::optional<json> as_it_is_now(ApiClient& client, const std::string& job) {
    const auto reply =
        patient_request(client, Patience::busy_or_away, "GET", "rky_RetrieveVaultStatus()");
    if (!reply) return std::nullopt;
    const auto status = object_of(*reply);
    if (!status) return std::nullopt;
    for (const auto& one : list_member(*status, "Jobs")) {
        auto out = job_of_status(one);
        if (text_member(out, "id") == job) return out;
    }
    return std::nullopt;
}

}  // namespace

Result<json> follow_job(ApiClient& client, const std::string& job) {
    std::unique_ptr<Progress> shown;
    std::uint64_t total = 0;
    for (auto pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        ROOKERY_TRY(auto row, row_of(client, job));
        if (!goes_on(row)) return row;
        if (const auto now = stderr_is_terminal() ? as_it_is_now(client, job) : std::nullopt) {
            const auto all = number_member(*now, "total").value_or(0);
            if (!shown || all != total) {
                shown.reset();
                shown = std::make_unique<Progress>(text_member(*now, "name"), all);
            }
            total = all;
            shown->at(number_member(*now, "done").value_or(0));
        }
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace rookery::cli
