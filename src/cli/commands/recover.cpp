#include "cli/commands/recover.hpp"

#include "access/administration.hpp"
#include "access/built_in.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/local/in_process.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/options/secret_file.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace rookery::cli {
namespace {

struct RecoverOptions {
    ConnectionOptions connection;
    UnsealingOptions unsealing;
    MemoryOptions memory;
    std::string confirmed_time;
    std::string data;
    std::string user;
    std::string out = "recovered.token";
    bool create = false;
    bool acknowledge = false;
    bool json = false;
};

constexpr std::chrono::hours recovery_token_lifetime{1};
constexpr const char* recovery_role_name = "Rookery Recovery";

/// Gives rights as SYSTEM, by the messages that everybody else uses.
class Recovery {
 public:
    explicit Recovery(messages::Vault& vault) : vault_(vault), system_(vault.system()) {}

    /// `create`: a new user of that name instead of one that is there.
    Result<Uuid> give_administration(const std::string& name, bool create) {
        ROOKERY_TRY(const auto user, create ? create_administrator(vault_, name) : find(name));
        if (access::is_built_in_user(user)) {
            return fail(Errc::usage, "that user is the vault itself", "name a person");
        }
        // Before anything is given: nobody gets administration without the note.
        ROOKERY_CHECK(run_message(vault_, system_, messages::Message{messages::NoteRecovery{user}})
        );
        ROOKERY_CHECK(enable(user));
        ROOKERY_CHECK(give_role(user, access::system_administrator_role));
        // Both: without the grant nobody could hand it on again, a System Administrator least of all.
        if (!access::may_grant_plaintext(user, facts())) {
            ROOKERY_TRY(const auto role, recovery_role());
            ROOKERY_CHECK(give_role(user, role));
        }
        const auto& now = facts();
        if (access::is_system_administrator(user, now) && access::may_grant_plaintext(user, now)) {
            return user;
        }
        return fail(Errc::internal, "the user still cannot administer");
    }

 private:
    [[nodiscard]] const access::Facts& facts() {
        view_.emplace(vault_.view());
        return view_->facts();
    }

    Result<Uuid> find(const std::string& name) {
        if (const auto id = Uuid::parse(name)) {
            if (facts().user(*id) != nullptr) return *id;
            return fail(Errc::key_not_found, fmt::format("no user has the id {}", name));
        }
        ROOKERY_TRY(const auto found, find_rows(vault_, system_, "systemuser", "domainname", name));
        if (found.size() == 1) return found.front();
        return fail(
            Errc::key_not_found,
            fmt::format("no user has the domain name '{}'", printable(name)),
            "name one that is there by domain name or id, or make a new one with --create"
        );
    }

    [[nodiscard]] messages::Target root() const {
        return target("businessunit", vault_.root_business_unit());
    }

    /// He may be disabled, in a disabled unit, or in a mode that cannot administer.
    Result<void> enable(const Uuid& user) {
        RowInput row("systemuser");
        row.set("isdisabled", false)
            .set("accessmode", std::int64_t{0})
            .set("businessunitid", root());
        messages::Upsert update;
        update.target = target("systemuser", user);
        update.preconditions.must_exist = true;
        update.input = std::move(row).take();
        ROOKERY_CHECK(run_message(vault_, system_, messages::Message{std::move(update)}));
        return {};
    }

    Result<void> give_role(const Uuid& user, const Uuid& role) {
        const auto held = facts().roles_of_user(user);
        if (std::ranges::find(held, role) != held.end()) return {};
        return associate(vault_, system_, "systemuserroles_association", user, role);
    }

    /// What System Administrator lacks.
    Result<Uuid> recovery_role() {
        ROOKERY_TRY(
            const auto made, find_rows(vault_, system_, "role", "name", recovery_role_name)
        );
        for (const auto& role : made) {  // one with more in it is somebody else's
            const auto held = facts().privileges_of(role);
            if (held.size() == 1 &&
                held.front().privilege == schema::privilege(schema::prv_grant_unmask)) {
                return role;
            }
        }
        RowInput row("role");
        row.set("name", std::string{recovery_role_name}).set("businessunitid", root());
        ROOKERY_TRY(const auto id, create_row(vault_, system_, std::move(row)));
        messages::AddPrivilegesRole grant;
        grant.role = target("role", id);
        grant.privileges.push_back(
            {schema::privilege(schema::prv_grant_unmask), schema::Depth::global}
        );
        ROOKERY_CHECK(run_message(vault_, system_, messages::Message{std::move(grant)}));
        return id;
    }

    messages::Vault& vault_;
    access::Caller system_;
    std::optional<messages::View> view_;
};

Result<Exit> recover(const RecoverOptions& options) {
    if (options.data.empty() || options.user.empty()) {
        return fail(
            Errc::usage,
            "recover needs --data and --user",
            "or --acknowledge, on a server, to say that a recovery was seen"
        );
    }
    ROOKERY_TRY(const auto data, data_place(options.data));
    if (lies_inside(options.out, data)) {
        return fail(Errc::usage, "the token file must not lie in the data directory");
    }
    ROOKERY_TRY(auto place, SecretFilePlace::reserve(options.out));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(
        const auto vault,
        open_offline(data, unsealing, Purpose::change(options.confirmed_time), clock, random)
    );
    ROOKERY_TRY(
        const auto user, Recovery(*vault).give_administration(options.user, options.create)
    );
    const auto name = vault->view().facts().user(user)->full_name;
    ROOKERY_TRY(
        const auto made,
        create_credential(
            *vault, vault->system(), user, "recovery with the root key", recovery_token_lifetime
        )
    );
    ROOKERY_CHECK(std::move(place).fill(made.token));
    if (options.json) {
        const nlohmann::json line{
            {"user", to_string(user)},
            {"credential", to_string(made.credential)},
            {"expires", to_iso8601(made.expires)},
            {"token_file", options.out}};
        ROOKERY_CHECK(print_json(line));
        return Exit::ok;
    }
    note(fmt::format(
        "{} {} ({}) is System Administrator and may grant plaintext; a token until {} is in {}",
        options.create ? "the new user" : "the user",
        quoted_name(name),
        to_string(user),
        to_iso8601(made.expires),
        options.out
    ));
    note("every other credential of that user has ended");
    note("it is on the log, and in the status until another reviewer acknowledges it");
    return Exit::ok;
}

Result<Exit> acknowledge(const RecoverOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_CHECK(client.request("POST", "rky_AcknowledgeRecovery", body_of("{}")));
    note("the recovery is acknowledged");
    return Exit::ok;
}

}  // namespace

void add_recover(Command app, Action& chosen) {
    auto options = std::make_shared<RecoverOptions>();
    const auto command = app.add_subcommand(
        "recover", "Give administration to a user with the root key, on a stopped vault"
    );
    const auto data =
        command
            .add_option("--data", options->data, "The data directory: the server must be stopped")
            .takes(Takes::directory);
    command
        .add_option(
            "--user",
            options->user,
            "Who: domain name or id; with --create the new user's domain name"
        )
        .takes(Takes::user);
    command.add_flag("--create", options->create, "Make a new user");
    command.add_option("--out", options->out, "New file for a token of one hour, mode 0600")
        .takes(Takes::new_file)
        .capture_default_str();
    command
        .add_flag(
            "--acknowledge", options->acknowledge, "Acknowledge a recovery, on a running server"
        )
        .excludes(data);
    command.add_flag("--json", options->json, "The result as one JSON object");
    add_connection_options(command, options->connection);
    add_unsealing_options(command, options->unsealing);
    add_memory_options(command, options->memory);
    add_confirmed_time(command, options->confirmed_time);
    command.callback([options, &chosen] {
        chosen = [options] {
            return options->acknowledge ? acknowledge(*options) : recover(*options);
        };
    });
}

}  // namespace rookery::cli
