#include "cli/commands/init.hpp"

#include "base/clock.hpp"
#include "base/random.hpp"
#include "cli/local/in_process.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/new_directory.hpp"
#include "cli/local/presets.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/file_place.hpp"
#include "cli/options/secret_file.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "http/certificate_authority.hpp"
#include "vault/genesis.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace rookery::cli {
namespace {

struct InitOptions {
    std::filesystem::path data;
    std::string origin;
    UnsealingOptions ways{OfferFor::making};
    std::string admin = "admin";
    std::filesystem::path token_file = "rookery-admin.token";
    std::vector<std::string> names;
    MemoryOptions memory;
    bool json = false;
};

constexpr std::chrono::hours first_token_lifetime{24};  // a first day

std::string default_origin() {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0 || host[0] == '\0')
        return "localhost/audit/1";
    return fmt::format("{}/audit/1", host.data());
}

/// What the slots are made of; a key file that is not there yet is made.
Result<messages::Unsealing> new_slots(const InitOptions& options, Random& random) {
    ROOKERY_CHECK(check_places(options.ways, options.data));
    ROOKERY_TRY(auto slots, resolve_unsealing(options.ways));
    for (const auto& offer : slots.offers) ROOKERY_CHECK(offer->prepare(random));
    return slots;
}

/// What to keep, for people.
std::string called(const crypto::SlotOffer& offer) {
    const auto place = offer.place();
    if (place.empty()) return fmt::format("the {}", offer.kind().name);
    std::error_code error;
    if (!std::filesystem::is_directory(place, error)) return place.string();
    return fmt::format(
        "the {} in {}, each with another person,", offer.kind().name, place.string()
    );
}

Result<Uuid> create_admin(
    messages::Vault& vault, const AppliedPresets& presets, const std::string& name
) {
    ROOKERY_TRY(const auto id, create_administrator(vault, name));
    const auto give = [&](const Uuid& role) {
        return associate(vault, vault.system(), "systemuserroles_association", id, role);
    };
    ROOKERY_CHECK(give(messages::system_administrator_role));
    // Somebody must be able to let the first agent read. docs/cli.md says how to part the two
    // roles.
    ROOKERY_CHECK(give(presets.roles.at("Rookery Security Administrator")));
    return id;
}

/// As the configuration wants it: absolute, since the server may start in another folder.
std::string toml_path(const std::filesystem::path& path) {
    return nlohmann::json(std::filesystem::absolute(path).lexically_normal().string()).dump();
}

Result<void> say_done(
    const InitOptions& options, const messages::Vault& vault, const Uuid& admin, Instant expires,
    const std::filesystem::path& ca, const std::vector<std::string>& ways
) {
    if (options.json) {
        const nlohmann::json line{
            {"data", std::filesystem::absolute(options.data).lexically_normal().string()},
            {"vault", to_string(vault.id())},
            {"log_verifier_key", vault.log_verifier_key()},
            {"ca", std::filesystem::absolute(ca).lexically_normal().string()},
            {"admin",
             {{"id", to_string(admin)},
              {"name", options.admin},
              {"token_file", options.token_file.string()},
              {"expires", to_iso8601(expires)}}},
        };
        return print_json(line);
    }
    std::string text = fmt::format(
        "The vault is ready in {}.\n\n"
        "Keep, each in another place than the data:\n",
        options.data.string()
    );
    for (const auto& way : ways) {
        text += fmt::format(
            "  {}  opens the vault. Without it (or another slot) everything is lost.\n", way
        );
    }
    if (ways.size() == 1) {
        text +=
            "  It is the only way in. Have a second one, kept by somebody else: rookery key "
            "add-slot.\n";
    }
    text += fmt::format(
        "  {}  is for every client: --ca or ROOKERY_CA. It is not secret.\n"
        "  the log's verifier key, for reviewers; not secret:\n"
        "    {}\n\n"
        "Administrator {} has a token until {}, in {}.\n"
        "It is System Administrator and Rookery Security Administrator: give the second role to\n"
        "somebody else before real tokens come in.\n\n"
        "Next: write these lines into a file rookery.toml, then `rookery serve --config "
        "rookery.toml`.\n"
        "config/rookery.toml explains every other option.\n\n"
        "data = {}\n",
        ca.string(),
        vault.log_verifier_key(),
        printable(options.admin),
        to_iso8601(expires),
        options.token_file.string(),
        toml_path(options.data)
    );
    for (const auto& place : places_of(options.ways)) {
        if (place.option->form != crypto::SlotOption::Form::path) continue;
        text += fmt::format("\n[unseal]\n{} = {}\n", place.option->name, toml_path(place.path));
        if (is_pair(options.ways)) text += "both = true\n# and the other of the two\n";
        break;
    }
    return print(text);
}

Result<Exit> make(const InitOptions& options) {
    const SystemClock clock;
    SystemRandom random;
    if (lies_inside(options.token_file, options.data)) {
        return fail(Errc::usage, "the token file must not lie in the data directory");
    }
    ROOKERY_TRY(auto token_place, SecretFilePlace::reserve(options.token_file));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    // Gone again if anything below fails.
    ROOKERY_TRY(auto made, NewDirectory::claim(options.data));
    messages::VaultOptions vault_options;
    vault_options.data = options.data;
    vault_options.origin = options.origin.empty() ? default_origin() : options.origin;
    std::unique_ptr<messages::Vault> vault;
    std::vector<std::string> ways;
    {
        ROOKERY_TRY(const auto slots, new_slots(options, random));
        for (const auto& offer : slots.offers) ways.push_back(called(*offer));
        ROOKERY_TRY(
            vault,
            messages::Vault::create(
                std::move(vault_options), messages::VaultKind::production, slots, clock, random
            )
        );
    }
    ROOKERY_TRY(const auto presets, apply_presets(*vault));
    ROOKERY_TRY(const auto admin, create_admin(*vault, presets, options.admin));
    auto names = http::local_names();
    names.insert(names.end(), options.names.begin(), options.names.end());
    ROOKERY_TRY(
        const auto tls, http::ensure_server_certificate(options.data / "tls", names, clock.now())
    );
    ROOKERY_TRY(
        const auto token,
        create_credential(
            *vault, vault->system(), admin, "first administrator", first_token_lifetime
        )
    );
    ROOKERY_CHECK(std::move(token_place).fill(token.token));
    made.keep();
    for (const auto& warning : place_warnings(options.ways, options.data)) warn(warning);
    ROOKERY_CHECK(say_done(options, *vault, admin, token.expires, tls.authority, ways));
    return Exit::ok;
}

Result<Exit> init(const InitOptions& options) {
    auto resolved = options;
    ROOKERY_TRY(resolved.data, data_place(options.data));
    return make(resolved);
}

}  // namespace

void add_init(Command app, Action& chosen) {
    auto options = std::make_shared<InitOptions>();
    const auto command = app.add_subcommand("init", "Make a new vault");
    command.add_option("--data", options->data, "New directory for the vault")
        .takes(Takes::directory)
        .required();
    command.add_option(
        "--origin", options->origin, "Name of the audit log, HOST/audit/NODE; fixed for ever"
    );
    add_unsealing_options(command, options->ways);
    command.add_option("--admin", options->admin, "Domain name of the first administrator")
        .takes(Takes::user)
        .capture_default_str();
    command
        .add_option(
            "--admin-token-file", options->token_file, "New file for the administrator's token"
        )
        .takes(Takes::new_file)
        .capture_default_str();
    command
        .add_option(
            "--name", options->names, "Further DNS name or address for the server's certificate"
        )
        .takes(Takes::address);
    add_memory_options(command, options->memory);
    command.add_flag("--json", options->json, "The result as one JSON object");
    command.callback([options, &chosen] { chosen = [options] { return init(*options); }; });
}

}  // namespace rookery::cli
