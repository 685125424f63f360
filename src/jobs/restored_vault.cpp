#include "jobs/restored_vault.hpp"

#include "jobs/data_key_walk.hpp"
#include "messages/message.hpp"
#include "pipeline/reply.hpp"
#include "query/job_reader.hpp"
#include "query/policy_reader.hpp"
#include "schema/known_tables.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace rookery::jobs {
namespace {

Result<void> set_state(
    messages::Vault& vault, const schema::Table& table, const Uuid& id, std::int64_t state,
    std::int64_t status
) {
    messages::Upsert message;
    message.target = {&table, id};
    message.preconditions.must_exist = true;
    for (const auto& [column, value] : {std::pair{"statecode", state}, {"statuscode", status}}) {
        auto& cell = message.input.cells.emplace_back();
        cell.column = table.column(column);
        cell.value = value;
    }
    ROOKERY_TRY(auto receipt, vault.run(vault.system(), messages::Message{std::move(message)}));
    ROOKERY_CHECK(messages::take_reply(std::move(receipt)));
    return {};
}

}  // namespace

Result<void> cancel_jobs_of_then(messages::Vault& vault) {
    using messages::JobStateCode;
    for (const auto state : {JobStateCode::ready, JobStateCode::suspended, JobStateCode::locked}) {
        ROOKERY_TRY(const auto jobs, messages::read_jobs(vault.view(), state));
        for (const auto& job : jobs.rows) {
            ROOKERY_CHECK(set_state(vault, schema::known::asyncoperation, job.id, 3, 32));
        }
    }
    return {};
}

Result<std::size_t> unschedule_policies_of_then(messages::Vault& vault) {
    ROOKERY_TRY(const auto all, messages::due_policies(vault.view(), Instant::max()));
    for (const auto& one : all) {
        ROOKERY_CHECK(set_state(
            vault, schema::known::retentionconfig, one.id, 0, schema::retention_config::unscheduled
        ));
    }
    return all.size();
}

Result<void> check_data_keys_open(const messages::Vault& vault) {
    const auto view = vault.view();
    const auto& keyring = view.keys().keyring;
    std::uint64_t lost = 0;
    std::uint32_t kek = 0;
    const DataKeyVisitor visitor{
        [&](const storage::RowRef&, const storage::DataKeyMark& mark) -> Result<bool> {
            const auto version = mark.kek.version;
            const auto* entry = keyring.entry(crypto::Purpose::record_kek, version);
            if (entry == nullptr || !crypto::permits(entry->state, crypto::KeyUse::open)) {
                ++lost;
                kek = version;
            }
            return true;
        },
        [](const std::optional<storage::RowRef>&) { return true; },  // for verify to find
    };
    std::string key;
    for (bool all = false; !all;) {
        StepBudget budget(SIZE_MAX, [] { return false; });
        ROOKERY_TRY(all, walk_data_keys(view, key, budget, visitor));
    }
    if (lost == 0) return {};
    return fail(
        Errc::integrity,
        std::to_string(lost) + " data keys of the backup are under record KEK " +
            std::to_string(kek) + ", which this keyring does not open with any more",
        "name a keyring backup from before that KEK was destroyed"
    );
}

}  // namespace rookery::jobs
