#include "cli/commands/token.hpp"

#include "access/built_in.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/secret_json.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/find_user.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/last_use.hpp"
#include "cli/client/list_rows.hpp"
#include "cli/local/in_process.hpp"
#include "cli/local/memory_options.hpp"
#include "cli/local/offline_vault.hpp"
#include "cli/local/process.hpp"
#include "cli/local/unsealing_options.hpp"
#include "cli/options/duration_text.hpp"
#include "cli/options/file_place.hpp"
#include "cli/options/secret_file.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"
#include "cli/output/shown_text.hpp"
#include "identity/authenticate.hpp"
#include "messages/create_credential.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace rookery::cli {
namespace {

struct TokenOptions {
    ConnectionOptions connection;
    UnsealingOptions unsealing;
    MemoryOptions memory;
    std::string confirmed_time;
    std::string data;
    std::string user;
    std::string name;
    std::string lifetime = "30d";
    std::string out;
    std::string credential;
    bool json = false;
};

/// What a credential carries of its user's rights.
struct Bounds {
    bool plaintext = false;
    bool administration = false;
};

/// "plaintext and administration", "plaintext", "administration"; empty for neither.
std::string words(bool plaintext, bool administration) {
    if (plaintext && administration) return "plaintext and administration";
    if (plaintext) return "plaintext";
    return administration ? "administration" : "";
}

std::string carries(const Bounds& bounds) {
    const auto carried = words(bounds.plaintext, bounds.administration);
    const auto waits = words(!bounds.plaintext, !bounds.administration);
    if (waits.empty()) return "carries " + carried;
    return carried.empty() ? "waits for " + waits
                           : fmt::format("carries {}, waits for {}", carried, waits);
}

struct Created {
    std::string id;
    std::string expires;
    Bounds bounds;
};

Result<void> say_created(const TokenOptions& options, const Created& made) {
    const auto& [id, expires, bounds] = made;
    if (options.json) {
        const nlohmann::json line{
            {"credential", id},
            {"expires", expires},
            {"token_file", options.out},
            {"plaintext", bounds.plaintext},
            {"administration", bounds.administration}};
        return print_json(line);
    }
    note(fmt::format(
        "token {} of {} is in {}, until {}", id, printable(options.user), options.out, expires
    ));
    const auto missing = words(!bounds.plaintext, !bounds.administration);
    if (missing.empty()) return {};
    note(fmt::format(
        "it does not carry {0}: if its user has any, somebody else who may give {0} types "
        "`rookery token confirm {1}`",
        missing,
        id
    ));
    return {};
}

Result<Uuid> find_user_offline(messages::Vault& vault, const std::string& who) {
    if (const auto id = Uuid::parse(who)) return *id;
    for (const auto* column : {"domainname", "fullname"}) {
        ROOKERY_TRY(const auto ids, find_rows(vault, vault.system(), "systemuser", column, who));
        if (ids.size() == 1) return ids.front();
        if (ids.size() > 1) return several_users();
    }
    return fail(Errc::key_not_found, fmt::format("no user is called '{}'", who));
}

/// A token that is nowhere is of use to nobody, and must not live on.
Error not_handed_over(const Error& why, const std::string& credential, bool revoked) {
    return {
        why.code,
        fmt::format(
            "{}; the token {} {}",
            why.message,
            credential,
            revoked ? "was made, and is revoked: nobody has it"
                    : "was made and could not be revoked"
        ),
        revoked ? why.hint : fmt::format("type: rookery token revoke {}", credential)};
}

Result<void> act_on(ApiClient& client, const char* action, const Uuid& credential) {
    const nlohmann::json body{{"CredentialId", to_string(credential)}};
    ROOKERY_CHECK(client.request("POST", action, body_of(body.dump())));
    return {};
}

/// What the server said it made.
Result<Created> created_of(const ApiReply& reply) {
    const auto plain = [&](std::string_view member) -> Result<std::string> {
        ROOKERY_TRY(const auto value, secret_member(reply.text(), member));
        return value.expose([](ByteView bytes) { return std::string{text_of(bytes)}; });
    };
    Created made;
    ROOKERY_TRY(made.id, plain("CredentialId"));
    ROOKERY_TRY(made.expires, plain("ExpiresOn"));
    ROOKERY_TRY(made.bounds.plaintext, boolean_member(reply.text(), "Plaintext"));
    ROOKERY_TRY(made.bounds.administration, boolean_member(reply.text(), "Administration"));
    return made;
}

Result<void> hand_over(const ApiReply& reply, SecretFilePlace place) {
    ROOKERY_TRY(const auto token, secret_member(reply.text(), "Token"));
    return std::move(place).fill(token);
}

Result<Exit> create_offline(
    const TokenOptions& options, std::chrono::seconds lifetime, SecretFilePlace place
) {
    ROOKERY_TRY(const auto data, data_place(options.data));
    ROOKERY_CHECK(guard_process(options.memory.policy()));
    const SystemClock clock;
    SystemRandom random;
    ROOKERY_TRY(const auto unsealing, resolve_unsealing(options.unsealing));
    ROOKERY_TRY(
        const auto vault,
        open_offline(data, unsealing, Purpose::change(options.confirmed_time), clock, random)
    );
    ROOKERY_TRY(const auto user, find_user_offline(*vault, options.user));
    const HeldSignals held;
    ROOKERY_TRY(
        const auto made, create_credential(*vault, vault->system(), user, options.name, lifetime)
    );
    if (auto filled = std::move(place).fill(made.token); !filled) {
        messages::RevokeCredential revoke;
        revoke.credential = made.credential;
        const auto revoked = run_message(*vault, vault->system(), messages::Message{revoke});
        return fail(not_handed_over(filled.error(), to_string(made.credential), revoked.has_value())
        );
    }
    ROOKERY_CHECK(say_created(
        options,
        {to_string(made.credential),
         to_iso8601(made.expires),
         {made.plaintext, made.administration}}
    ));
    return Exit::ok;
}

Result<Exit> create(const TokenOptions& options) {
    ROOKERY_TRY(const auto lifetime, parse_duration(options.lifetime));
    if (lifetime < messages::credential_lifetime_min ||
        lifetime > messages::credential_lifetime_max) {
        return fail(Errc::usage, "--lifetime is from 1 minute to 366 days");
    }
    ROOKERY_TRY(auto place, SecretFilePlace::reserve(options.out));
    if (!options.data.empty()) return create_offline(options, lifetime, std::move(place));

    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_TRY(const auto user, find_user(client, options.user));
    const nlohmann::json body{
        {"UserId", to_string(user)},
        {"Name", options.name},
        {"LifetimeSeconds", lifetime.count()},
    };
    const HeldSignals held;  // from before the token exists until its file is whole
    auto reply = client.request("POST", "rky_CreateCredential", body_of(body.dump()));
    if (!reply) {
        auto error = std::move(reply).error();
        if (exit_code_of(error.code) == Exit::unavailable && error.hint.empty()) {
            error.hint =
                "if the request came through there is a token that nobody has: see "
                "`rookery token list`, and revoke it";
        }
        return fail(std::move(error));
    }
    ROOKERY_TRY(const auto made, created_of(*reply));
    if (auto handed = hand_over(*reply, std::move(place)); !handed) {
        const auto id = Uuid::parse(made.id);
        const bool revoked = id && act_on(client, "rky_RevokeCredential", *id).has_value();
        return fail(not_handed_over(handed.error(), made.id, revoked));
    }
    ROOKERY_CHECK(say_created(options, made));
    return Exit::ok;
}

/// "'Sam Demo' 2b70…"; the id alone when the name is not to be had, empty for a null lookup. What is the vault
/// itself stands without quotes, in which nobody else's name does.
std::string principal(const nlohmann::json& row, const std::string& lookup) {
    const auto id = field_text(text_member(row, lookup));
    const auto name = text_member(row, lookup + "@OData.Community.Display.V1.FormattedValue");
    const auto user = Uuid::parse(id);
    if (user && access::is_built_in_user(*user)) return fmt::format("{} {}", printable(name), id);
    return name.empty() || id.empty() ? id : fmt::format("{} {}", quoted_name(name), id);
}

std::string fingerprint_of(const nlohmann::json& row) {
    const auto id = optional_id(row, "rky_credentialid");
    return id ? to_hex(identity::fingerprint(*id)) : std::string{};
}

/// Two lines: which token it is, and who made it for what and when it was used.
std::string for_people(const nlohmann::json& row, const std::string& now, const LastUses& uses) {
    const auto expires = text_member(row, "rky_expireson");
    const auto* state = !text_member(row, "rky_revokedon").empty() ? "revoked"
                        : expires <= now                           ? "expired"
                                                                   : "valid";
    const auto fingerprint = fingerprint_of(row);
    const auto confirmed = principal(row, "_rky_confirmedby_value");
    return fmt::format(
        "{}  {:7}  until {}  {}  {}\n    made by {}  {}{}  fingerprint {}  {}\n",
        printable(text_member(row, "rky_credentialid")),
        state,
        printable(expires),
        principal(row, "_systemuserid_value"),
        quoted_name(text_member(row, "rky_name")),
        principal(row, "_createdby_value"),
        carries({flag_member(row, "rky_plaintext"), flag_member(row, "rky_administration")}),
        confirmed.empty() ? "" : "  confirmed by " + confirmed,
        fingerprint,
        uses.say(fingerprint)
    );
}

nlohmann::json for_scripts(nlohmann::json row, const LastUses& uses) {
    const auto fingerprint = fingerprint_of(row);
    const auto time = uses.of(fingerprint);
    row["Fingerprint"] = fingerprint;
    row["LastUse"] = time.empty() ? nlohmann::json{} : nlohmann::json(time);
    return row;
}

Result<Exit> list_tokens(const TokenOptions& options) {
    ROOKERY_TRY(auto client, connect(options.connection));
    std::string path =
        "rky_credentials?$select=rky_name,_systemuserid_value,createdon,rky_expireson,rky_"
        "revokedon,"
        "_createdby_value,rky_plaintext,rky_administration,_rky_confirmedby_value"
        "&$orderby=createdon%20desc";
    if (!options.user.empty()) {
        ROOKERY_TRY(const auto user, find_user(client, options.user));
        path += fmt::format("&$filter=_systemuserid_value%20eq%20{}", to_string(user));
    }
    ROOKERY_TRY(const auto uses, LastUses::read(client));
    const auto now = to_iso8601(SystemClock{}.now());
    const auto show = [&](const nlohmann::json& row) {
        return options.json ? print_json(for_scripts(row, uses))
                            : print(for_people(row, now, uses));
    };
    ROOKERY_CHECK(list_rows(client, std::move(path), Annotations::formatted_values, show));
    return Exit::ok;
}

/// The token that a command was given, by id.
Result<Uuid> credential_of(const TokenOptions& options) {
    const auto id = Uuid::parse(options.credential);
    if (id) return *id;
    return fail(Errc::usage, "the credential's id must be a GUID: see `rookery token list`");
}

Result<Exit> revoke(const TokenOptions& options) {
    ROOKERY_TRY(const auto id, credential_of(options));
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_CHECK(act_on(client, "rky_RevokeCredential", id));
    note(fmt::format("token {} is revoked", to_string(id)));
    return Exit::ok;
}

Result<Exit> confirm(const TokenOptions& options) {
    ROOKERY_TRY(const auto id, credential_of(options));
    ROOKERY_TRY(auto client, connect(options.connection));
    ROOKERY_CHECK(act_on(client, "rky_ConfirmCredential", id));
    // Done, whether or not he who confirms may also read what it carries now.
    const auto reply = client.request(
        "GET",
        fmt::format("rky_credentials({})?$select=rky_plaintext,rky_administration", to_string(id))
    );
    const auto row = reply ? object_of(*reply) : Result<nlohmann::json>{nlohmann::json::object()};
    if (!row || !row->contains("rky_plaintext")) {
        note(fmt::format("token {} is confirmed", to_string(id)));
        return Exit::ok;
    }
    note(fmt::format(
        "token {} is confirmed: it {}",
        to_string(id),
        carries({flag_member(*row, "rky_plaintext"), flag_member(*row, "rky_administration")})
    ));
    return Exit::ok;
}

}  // namespace

void add_token(Command app, Action& chosen) {
    auto options = std::make_shared<TokenOptions>();
    const auto command =
        app.add_subcommand("token", "Make, list, confirm and revoke bearer tokens");
    command.require_subcommand();

    const auto making = command.add_subcommand(
        "create", "Make a token for a user; it is written to a file and never shown"
    );
    making.add_option("--user", options->user, "Id, domain name or full name")
        .takes(Takes::user)
        .required();
    making.add_option("--name", options->name, "What it is for; appears in the log").required();
    making.add_option("--lifetime", options->lifetime, "90m, 24h, 30d")
        .takes(Takes::time)
        .capture_default_str();
    making.add_option("--out", options->out, "New file for the token, mode 0600")
        .takes(Takes::new_file)
        .required();
    making.add_flag("--json", options->json, "Id, expiry and file as one JSON object");
    making
        .add_option(
            "--data", options->data, "Work on this data directory: the server must be stopped"
        )
        .takes(Takes::directory);
    add_connection_options(making, options->connection);
    add_unsealing_options(making, options->unsealing);
    add_memory_options(making, options->memory);
    add_confirmed_time(making, options->confirmed_time);
    making.callback([options, &chosen] { chosen = [options] { return create(*options); }; });

    const auto listing = command.add_subcommand("list", "List tokens, newest first");
    listing.add_option("--user", options->user, "Of this user only").takes(Takes::user);
    listing.add_flag("--json", options->json, "One JSON object a line");
    add_connection_options(listing, options->connection);
    listing.callback([options, &chosen] { chosen = [options] { return list_tokens(*options); }; });

    const auto confirming = command.add_subcommand(
        "confirm", "Let a token that somebody else made carry what you could give its user"
    );
    confirming.add_option("credential", options->credential, "The token's id")
        .takes(Takes::id)
        .required();
    add_connection_options(confirming, options->connection);
    confirming.callback([options, &chosen] { chosen = [options] { return confirm(*options); }; });

    const auto revoking = command.add_subcommand("revoke", "End a token at once");
    revoking.add_option("credential", options->credential, "The token's id")
        .takes(Takes::id)
        .required();
    add_connection_options(revoking, options->connection);
    revoking.callback([options, &chosen] { chosen = [options] { return revoke(*options); }; });
}

}  // namespace rookery::cli
