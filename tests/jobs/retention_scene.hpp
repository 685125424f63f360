// A vault that retains records, whose runner has every job of retention.
#pragma once

#include "jobs/forgetting.hpp"
#include "jobs/jobs_vault.hpp"
#include "jobs/retention.hpp"
#include "jobs/retention_policies.hpp"
#include "messages/bulk_retain.hpp"
#include "messages/bulk_rollback_retain.hpp"
#include "messages/retain.hpp"
#include "messages/sender.hpp"
#include "vault/genesis.hpp"

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rookery::test {

/// Instead of FetchXML: the name of a table, and all its records of a source.
inline Result<messages::RetrieveMultiple> read_records(
    std::string_view text, messages::RowSource source
) {
    messages::RetrieveMultiple out;
    out.table = schema::table(text);
    if (out.table == nullptr) return fail(Errc::malformed, "This is no query.");
    out.source = source;
    out.query_digest = std::string(32, 'q');
    return out;
}

struct RetentionScene {
    static constexpr std::string_view handle_name = "msdyn_octwitterhandle";

    JobsVault jobs;
    TestVault& vault = jobs.vault;
    Uuid archivist;  // System Administrator

    explicit RetentionScene(Kept kept = Kept::in_memory)
        : jobs(std::make_unique<CountingJob>(0), {}, kept) {
        jobs.runner.reset();
        vault.retain_records();
        archivist = vault.user("archivist");
        vault.associate(
            "systemuserroles_association", archivist, messages::system_administrator_role
        );
        offer();
    }

    /// What the runner knew is gone, as in another process.
    void offer() {
        std::vector<jobs::ScheduledJob> all;
        for (const auto kind :
             {messages::RetentionKind::retain,
              messages::RetentionKind::roll_back,
              messages::RetentionKind::purge}) {
            all.push_back({std::make_unique<jobs::Retention>(
                kind, vault.vault(), jobs.caller(), read_records
            )});
        }
        auto& policies = all.emplace_back();
        policies.job = std::make_unique<jobs::RetentionPolicies>(vault.vault(), jobs.caller());
        policies.due = [this] { return jobs::is_retention_due(vault.vault()); };
        all.push_back({std::make_unique<jobs::ForgetPurged>(vault.vault())});
        jobs.run(std::move(all));
    }

    /// Each step is one page.
    void page_by_page() {
        jobs.options.step_units = 1;
        offer();
    }

    Uuid handle(std::string name = "@handle") {
        return vault.create(handle_name, std::pair{"msdyn_name", std::move(name)});
    }

    void disable(const Uuid& user, bool disabled = true) {
        REQUIRE(system_of(vault).update("systemuser", user, std::pair{"isdisabled", disabled}));
    }

    template <class M>
    static M run_of(std::string_view table, std::optional<Uuid> operation = {}) {
        M out;
        out.query = value(read_records(
            table,
            std::is_same_v<M, messages::BulkRetain> ? messages::RowSource::live
                                                    : messages::RowSource::retained
        ));
        out.text = std::string(table);
        out.operation = operation;
        return out;
    }

    template <class M>
    Result<messages::StartedRetentionReply> start(
        const access::Caller& caller, std::string_view table, std::optional<Uuid> operation = {}
    ) {
        return vault.run<messages::StartedRetentionReply>(caller, run_of<M>(table, operation));
    }

    template <class M = messages::BulkRetain>
    Result<messages::StartedRetentionReply> start(std::string_view table = handle_name) {
        return start<M>(TestVault::caller(archivist), table);
    }

    [[nodiscard]] std::vector<messages::RowPtr> rows(
        std::string_view table, messages::RowSource source = messages::RowSource::live
    ) {
        const auto reply =
            vault.run_as_system<messages::ListReply>(value(read_records(table, source)));
        std::vector<messages::RowPtr> out;
        for (const auto& row : reply.rows) out.push_back(row.row);
        return out;
    }

    [[nodiscard]] std::size_t retained(std::string_view table = handle_name) {
        return rows(table, messages::RowSource::retained).size();
    }

    [[nodiscard]] messages::RowPtr account(const Uuid& operation) {
        return value(system_of(vault).row("retentionoperation", operation));
    }

    [[nodiscard]] static std::int64_t number(const storage::Row& row, std::string_view column) {
        const auto* value = row.get<std::int64_t>(column);
        return value == nullptr ? -1 : *value;
    }

    /// Its status, what was done and what was not.
    [[nodiscard]] std::vector<std::int64_t> came_to(const Uuid& operation) {
        const auto row = account(operation);
        return {
            number(*row, "statuscode"),
            number(*row, "retentioncount"),
            number(*row, "failedcount")};
    }

    /// Until every job that is ready has ended; what waits for its time is looked at once more.
    void turns(int most = 400) {
        for (int i = 0; i < most; ++i) {
            (void)jobs.runner->turn();
            jobs.steady += std::chrono::seconds{1};
        }
    }
};

}  // namespace rookery::test
