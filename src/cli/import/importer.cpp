#include "cli/import/importer.hpp"

#include "cli/client/api_client.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/import/import_run.hpp"
#include "cli/import/import_worker.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace rookery::cli {

/// The workers end before what they share.
struct Importer::Impl {
    ImportRun run;
    std::vector<std::unique_ptr<ImportWorker>> workers;

    Impl(ImportOptions options, OnProblem on_problem, const Uuid& caller, const Uuid& organization)
        : run(options, std::move(on_problem), caller, organization) {}
};

Importer::Importer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Importer::~Importer() = default;

Result<std::unique_ptr<Importer>> Importer::start(
    const Connection& connection, ImportOptions options, OnProblem on_problem
) {
    constexpr std::chrono::minutes timeout{2};
    ROOKERY_TRY(auto client, ApiClient::open(connection, timeout));
    ROOKERY_TRY(const auto reply, client.request("GET", "WhoAmI"));
    ROOKERY_TRY(const auto me, object_of(reply));
    ROOKERY_TRY(const auto caller, id_member(me, "UserId"));
    ROOKERY_TRY(const auto organization, id_member(me, "OrganizationId"));
    auto impl = std::make_unique<Impl>(options, std::move(on_problem), caller, organization);
    for (unsigned i = 0; i < options.workers; ++i) {
        ROOKERY_TRY(auto own, ApiClient::open(connection, timeout));
        impl->workers.push_back(std::make_unique<ImportWorker>(impl->run, std::move(own)));
    }
    return std::unique_ptr<Importer>(new Importer(std::move(impl)));
}

Result<void> Importer::add(ImportRow row) {
    ROOKERY_CHECK(impl_->run.health());
    auto key = import_key(row);
    auto& workers = impl_->workers;
    workers[std::hash<std::string>{}(key) % workers.size()]->add(std::move(row), std::move(key));
    return {};
}

void Importer::add_problem(const ImportProblem& problem) { impl_->run.report(problem); }

Result<void> Importer::finish() {
    for (auto& worker : impl_->workers) worker->flush();
    for (auto& worker : impl_->workers) worker->end();
    return impl_->run.health();
}

ImportCounts Importer::counts() const { return impl_->run.counts(); }

}  // namespace rookery::cli
