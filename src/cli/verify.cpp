// rookery verify: every row, index entry, digest and log entry of a vault that no server holds.
#include "cli/json_text.hpp"
#include "rookery/verify.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/memory_options.hpp"
#include "cli/unsealing_options.hpp"
#include "messages/verify_store.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

namespace rookery::cli {
namespace {

struct Options {
    UnsealingOptions unsealing;
    std::string data;
    MemoryOptions memory;
    bool json = false;
};

/// What the whole check found; the log's problems stand beside the store's.
struct Checked {
    messages::StoreReport store;
    VerifyReport log;

    [[nodiscard]] bool ok() const { return store.ok() && log.status == VerifyStatus::ok; }

    [[nodiscard]] std::vector<std::string> problems() const {
        auto out = store.problems;
        if (!log.problem.empty()) out.push_back(fmt::format("log: {}", log.problem));
        for (const auto& finding : log.findings) {
            out.push_back(fmt::format("log entry {}: {}", finding.index, finding.what));
        }
        return out;
    }
};

Result<void> say(const Options& options, const Checked& checked) {
    const auto& store = checked.store;
    const auto problems = checked.problems();
    const auto count = store.problem_count + (problems.size() - store.problems.size());
    if (options.json) {
        const nlohmann::json line{
            {"ok", checked.ok()},
            {"rows", store.rows},
            {"tombstones", store.tombstones},
            {"sealed_values", store.sealed_values},
            {"index_entries", store.index_entries},
            {"outbox_entries", store.outbox_entries},
            {"log_entries", checked.log.size},
            {"problem_count", count},
            {"problems", problems},
        };
        return print_json(line);
    }
    for (const auto& problem : problems) {
        ROOKERY_CHECK(print(fmt::format("problem: {}\n", printable(problem))));
    }
    return print(fmt::format(
        "{}: {} rows, {} deleted, {} sealed values, {} index entries, {} log entries, {} "
        "problems\n",
        checked.ok() ? "ok" : "not ok",
        grouped(store.rows),
        grouped(store.tombstones),
        grouped(store.sealed_values),
        grouped(store.index_entries),
        grouped(checked.log.size),
        grouped(count)
    ));
}

Result<Exit> verify(const Options& options) {
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    Checked checked;
    VerifyOptions log_options;
    {
        ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
        messages::VaultOptions vault_options;
        vault_options.data = options.data;
        vault_options.confirmed_time = Instant::max();  // to look is allowed at any time
        ROOKERY_TRY(
            const auto vault,
            messages::Vault::open(std::move(vault_options), unsealing, clock, random)
        );
        Progress progress("checking rows", 0);
        ROOKERY_TRY(checked.store, messages::verify_store(*vault, [&](std::uint64_t rows) {
                        progress.at(rows);
                    }));
        log_options.verifier_key = vault->log_verifier_key();
    }
    // Closed, so that the log's last entries and its newest checkpoint belong together.
    Progress progress("checking the log", 0);
    log_options.progress = [&](std::uint64_t done, std::uint64_t) { progress.at(done); };
    checked.log = verify_log(options.data, log_options);
    ROOKERY_CHECK(say(options, checked));
    return checked.ok() ? Exit::ok : Exit::integrity;
}

}  // namespace

void add_verify(Command app, Action& chosen) {
    auto options = std::make_shared<Options>();
    const auto command = app.add_subcommand(
        "verify", "Check every row, index entry and log entry; the server must be stopped"
    );
    command.add_option("--data", options->data, "The data folder").required();
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    command.callback([options, &chosen] { chosen = [options] { return verify(*options); }; });
}

}  // namespace rookery::cli
