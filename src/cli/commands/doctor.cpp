#include "cli/commands/doctor.hpp"

#include "base/clock.hpp"
#include "base/process_hygiene.hpp"
#include "cli/doctor/check.hpp"
#include "cli/options/file_place.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <cerrno>
#include <cstring>
#include <grp.h>
#include <memory>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

struct DoctorOptions {
    fs::path config_file;
    fs::path data;
    bool json = false;
};

constexpr std::array health_names{"ok", "warn", "fail", "skipped"};

const char* name_of(Health health) { return health_names[static_cast<std::size_t>(health)]; }

/// Root sees files that the server's user does not, and owns others: it looks as the owner of the data directory.
Result<void> look_as_owner(const fs::path& data) {
    struct stat facts {};

    if (::geteuid() != 0 || ::stat(data.c_str(), &facts) != 0 || facts.st_uid == 0) return {};
    const auto* const user = ::getpwuid(facts.st_uid);  // NOLINT(concurrency-mt-unsafe): one thread
    const auto group = user != nullptr ? user->pw_gid : facts.st_gid;
    const int groups =
        user != nullptr ? ::initgroups(user->pw_name, group) : ::setgroups(0, nullptr);
    if (groups != 0 || ::setresgid(group, group, group) != 0 ||
        ::setresuid(facts.st_uid, facts.st_uid, facts.st_uid) != 0) {
        return fail(
            Errc::io,
            fmt::format("cannot look as user {}: {}", facts.st_uid, std::strerror(errno)),
            "run it as the user that runs the server"
        );
    }
    return harden_process();
}

Result<Subject> subject_of(const DoctorOptions& options, const Machine& machine) {
    Subject out{
        .machine = machine,
        .config_file = options.config_file,
        .config_error = std::nullopt,
        .config = {},
        .data = options.data,
        .server = std::nullopt};
    if (!options.config_file.empty()) {
        auto config = load_config(options.config_file);
        if (config) {
            out.config = *std::move(config);
        } else {
            out.config_error = std::move(config).error();
        }
        if (out.data.empty()) out.data = out.config.data;
    }
    if (out.data.empty()) return out;
    ROOKERY_TRY(out.data, data_place(out.data));
    ROOKERY_CHECK(look_as_owner(out.data));
    out.server = holder_of(machine, out.data / "LOCK");
    return out;
}

struct Line {
    std::string_view name;
    Diagnosis diagnosis;
};

Result<void> say(const std::vector<Line>& lines, const std::array<int, 4>& counts) {
    for (const auto& [name, diagnosis] : lines) {
        const auto advice =
            diagnosis.advice.empty() ? "" : "; to do: " + printable(diagnosis.advice);
        ROOKERY_CHECK(print(fmt::format(
            "{:<8} {}: {}{}\n", name_of(diagnosis.health), name, printable(diagnosis.found), advice
        )));
    }
    return print(fmt::format(
        "{} ok, {} warn, {} fail, {} skipped\n", counts[0], counts[1], counts[2], counts[3]
    ));
}

Result<void> say_json(const std::vector<Line>& lines, bool ok) {
    auto checks = nlohmann::json::array();
    for (const auto& [name, diagnosis] : lines) {
        checks.push_back({
            {"name", name},
            {"health", name_of(diagnosis.health)},
            {"found", diagnosis.found},
            {"advice", diagnosis.advice},
        });
    }
    return print_json({{"ok", ok}, {"checks", std::move(checks)}});
}

Result<Exit> doctor(const DoctorOptions& options) {
    const SystemClock clock;
    const Machine machine{.clock = clock};
    ROOKERY_TRY(const auto subject, subject_of(options, machine));
    std::vector<Line> lines;
    std::array<int, 4> counts{};
    for (const auto rows :
         {machine_checks(),
          configuration_checks(),
          data_checks(),
          tls_checks(),
          recovery_checks()}) {
        for (const auto& check : rows) {
            lines.push_back({check.name, check.look(subject)});
            ++counts[static_cast<std::size_t>(lines.back().diagnosis.health)];
        }
    }
    const bool ok = counts[static_cast<std::size_t>(Health::fail)] == 0;
    ROOKERY_CHECK(options.json ? say_json(lines, ok) : say(lines, counts));
    return ok ? Exit::ok : Exit::unfit;
}

}  // namespace

void add_doctor(Command app, Action& chosen) {
    auto options = std::make_shared<DoctorOptions>();
    const auto command = app.add_subcommand(
        "doctor", "Check machine, configuration and data directory; changes nothing"
    );
    command.add_option("--config", options->config_file, "Configuration file of the server")
        .takes(Takes::file);
    command
        .add_option("--data", options->data, "Data directory (default: that of the configuration)")
        .takes(Takes::directory);
    command.add_flag("--json", options->json, "The result as one JSON object");
    command.callback([options, &chosen] { chosen = [options] { return doctor(*options); }; });
}

}  // namespace rookery::cli
