#include "cli/commands/key_compromise.hpp"

#include "cli/client/connection_options.hpp"
#include "cli/client/exposed_records.hpp"
#include "cli/client/json_members.hpp"
#include "cli/client/json_rows.hpp"
#include "cli/client/key_job.hpp"
#include "cli/output/console.hpp"
#include "cli/output/json_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <memory>

namespace rookery::cli {
namespace {

using nlohmann::json;

constexpr std::string_view root_word = "root";

struct KeyCompromiseOptions {
    ConnectionOptions connection;
    std::string key;
    bool dry_run = false;
    bool json = false;
};

/// What the operator named: a version of the record KEK, or nothing for the root key.
Result<std::optional<std::uint32_t>> version_of(const std::string& text) {
    if (text == root_word) return std::optional<std::uint32_t>{};
    std::uint32_t version = 0;
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, version);
    if (error == std::errc{} && at == end && version != 0) return std::optional{version};
    return fail(Errc::usage, "KEY is the version of a record KEK, or 'root'");
}

struct Kek {
    std::uint64_t version = 0;
    std::string state;
};

Result<std::vector<Kek>> read_keks(ApiClient& client) {
    ROOKERY_TRY(const auto reply, client.request("GET", "rky_RetrieveKeyStatus()"));
    ROOKERY_TRY(const auto status, object_of(reply));
    std::vector<Kek> out;
    for (const auto& key : list_member(status, "Keys")) {
        if (!key.is_object() || text_member(key, "Purpose") != "record-kek") continue;
        out.push_back({number_member(key, "Version").value_or(0), text_member(key, "State")});
    }
    if (out.empty()) return unexpected_answer();
    return out;
}

/// What the server would do, step by step.
Result<std::vector<std::string>> steps_of(
    const std::vector<Kek>& keks, std::optional<std::uint32_t> version
) {
    const auto is_named = [&](const Kek& kek) { return !version || kek.version == *version; };
    const auto named = std::ranges::find_if(keks, is_named);
    if (named == keks.end()) {
        return fail(
            Errc::not_found,
            "there is no record KEK of that version",
            "`rookery key status` lists them"
        );
    }
    std::vector<std::string> out;
    bool active = false;
    for (const auto& kek : keks) {
        const bool opens = kek.state != "destroyed" && kek.state != "destroy-pending";
        if (!is_named(kek) || !opens) continue;
        active = active || kek.state == "active";
        if (kek.state == "compromised") continue;
        out.push_back(fmt::format("record KEK {} is marked compromised", kek.version));
    }
    if (active) {
        out.insert(
            out.begin(), fmt::format("record KEK {} is made and used", keks.back().version + 1)
        );
    }
    if (out.empty() && version && named->state != "compromised") {
        return std::vector<std::string>{
            fmt::format("nothing: record KEK {} is {}", *version, named->state)};
    }
    const bool again = version && named->state == "compromised";
    out.emplace_back(
        again     ? "data keys that were ever under it are looked for once more, and replaced"
        : version ? "every data key that was ever under it is replaced by a fresh one"
                  : "every data key is replaced by a fresh one"
    );
    return out;
}

/// What is left to people.
std::vector<std::string> left_to_do(std::optional<std::uint32_t> version) {
    std::vector<std::string> out{
        "make a backup of the keyring: `rookery backup --keyring --data DATA --to KEYS`",
        "draw a new root key on the stopped vault: `rookery key rekey-root --data DATA "
        "--new-key-file FILE`"};
    if (!version) {
        out.insert(
            out.begin() + 1,
            "tag every row under a new row key: `rookery key rekey-rows`, then after a week "
            "`rookery key destroy VERSION --row-key` for the older one, by two people"
        );
    }
    out.emplace_back(
        version
            ? fmt::format(
                  "destroy the KEK after a week, by two people: `rookery key destroy {}`", *version
              )
            : "destroy the older KEKs after a week, by two people: `rookery key destroy VERSION`"
    );
    out.emplace_back(
        "replace every token at Twitter that existed under it, and write the new one here"
    );
    return out;
}

std::string for_people(const ExposedList& exposed) {
    std::string out;
    std::size_t current = 0;
    for (const auto& [id, record] : exposed.records) {
        if (record.current) ++current;
        out += fmt::format(
            "  {}  {} {}  {}\n",
            record.current ? "now    " : "earlier",
            printable(record.table),
            printable(id),
            record.name.empty() ? "-" : printable(record.name)
        );
    }
    out += fmt::format(
        "{} records have a token that existed under it, {} had one\n",
        current,
        exposed.records.size() - current
    );
    if (exposed.unreadable != 0) {
        out += fmt::format(
            "{} entries of the log cannot be read, and may tell of more: `rookery verify`\n",
            exposed.unreadable
        );
    }
    return out;
}

json for_scripts(
    const std::vector<std::string>& steps, std::optional<std::uint32_t> version,
    const ExposedList& exposed
) {
    auto records = json::array();
    for (const auto& [id, record] : exposed.records) {
        records.push_back(
            {{"table", record.table},
             {"id", id},
             {"name", record.name.empty() ? json{} : json(record.name)},
             {"current", record.current}}
        );
    }
    return {
        {"would", steps},
        {"left", left_to_do(version)},
        {"records", std::move(records)},
        {"unreadable", exposed.unreadable}};
}

std::string lines(std::string_view before, const std::vector<std::string>& texts) {
    std::string out;
    for (const auto& text : texts) out += fmt::format("{}{}\n", before, text);
    return out;
}

Result<Exit> look(
    ApiClient& client, const KeyCompromiseOptions& options, std::optional<std::uint32_t> version
) {
    ROOKERY_TRY(const auto keks, read_keks(client));
    ROOKERY_TRY(const auto steps, steps_of(keks, version));
    ROOKERY_TRY(const auto exposed, list_exposed_records(client, version));
    if (options.json) {
        ROOKERY_CHECK(print_json(for_scripts(steps, version, exposed)));
        return Exit::ok;
    }
    ROOKERY_CHECK(print(
        lines("would: ", steps) + lines("then you: ", left_to_do(version)) +
        "tokens that existed under it:\n" + for_people(exposed)
    ));
    return Exit::ok;
}

Result<Exit> compromise(const KeyCompromiseOptions& options) {
    ROOKERY_TRY(const auto version, version_of(options.key));
    if (options.json && !options.dry_run) {
        return fail(Errc::usage, "--json is for a --dry-run");
    }
    ROOKERY_TRY(auto client, connect(options.connection));
    if (options.dry_run) return look(client, options, version);
    const auto body = version ? json{{"Version", *version}} : json{{"Root", true}};
    ROOKERY_TRY(const auto id, start_key_job(client, "rky_CompromiseKey", json_text(body)));
    ROOKERY_TRY(const auto ended, follow_key_job(client, id));
    ROOKERY_TRY(const auto exposed, list_exposed_records(client, version));
    ROOKERY_CHECK(print(
        lines("left to do: ", left_to_do(version)) + "tokens that existed under it:\n" +
        for_people(exposed)
    ));
    return ended;
}

}  // namespace

void add_key_compromise(Command key, Action& chosen) {
    auto options = std::make_shared<KeyCompromiseOptions>();
    const auto command = key.add_subcommand(
        "compromise",
        "Somebody else may have a record KEK or the root key: replace what was under it, and list "
        "the tokens that were"
    );
    command.add_option("key", options->key, "Version of the record KEK, or 'root'")
        .takes(Takes::word)
        .required();
    command.add_flag(
        "--dry-run", options->dry_run, "Change nothing: say what would be done, and list the tokens"
    );
    command.add_flag("--json", options->json, "The result of a dry run as one JSON object");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return compromise(*options); }; });
}

}  // namespace rookery::cli
