#include "cli/commands/get.hpp"

#include "base/secret_json.hpp"
#include "cli/client/connection_options.hpp"
#include "cli/client/odata_literal.hpp"
#include "cli/output/console.hpp"
#include "cli/output/exit_code.hpp"
#include "cli/output/json_text.hpp"
#include "pipeline/reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace rookery::cli {
namespace {

struct GetOptions {
    ConnectionOptions connection;
    std::string handle;
    std::string id;
    std::string column = "access_token";
    bool json = false;
    bool show = false;
    bool no_newline = false;
    std::string version;
};

/// The mask itself: what a caller without the right to see gets instead of a token.
bool is_mask(const SecretBytes& value) {
    return value.expose([](ByteView bytes) {
        return constant_time_equal(bytes, bytes_of(messages::mask));
    });
}

struct Token {
    std::string_view property;
    std::string_view member;  // of --json
    SecretBytes value = {};   // empty: not revealed
    bool masked = false;
    bool waits = false;  // masked because the caller's token does not carry what its user may
};

/// Whether Rky-Masked says of a column that the credential waits for its confirmation.
bool waits(const ApiReply& reply, std::string_view property) {
    constexpr std::string_view reason = "; the credential waits for rky_ConfirmCredential";
    for (auto value : reply.header_values("Rky-Masked")) {
        if (!value.ends_with(reason)) continue;
        value.remove_suffix(reason.size());
        while (!value.empty()) {
            const auto end = std::min(value.find(", "), value.size());
            if (value.substr(0, end) == property) return true;
            value.remove_prefix(std::min(end + 2, value.size()));
        }
    }
    return false;
}

Result<void> take(const ApiReply& reply, Token& token) {
    ROOKERY_TRY(auto value, secret_member(reply.text(), token.property));
    token.masked = is_mask(value);
    token.waits = token.masked && waits(reply, token.property);
    if (!token.masked) token.value = std::move(value);
    return {};
}

std::string masked_message(const Token& token) {
    if (token.waits) {
        return fmt::format(
            "{} is masked: its user may read it, but nobody has confirmed the token that you came "
            "with",
            token.property
        );
    }
    return fmt::format("{} is masked: you may read the record but not this token", token.property);
}

/// Why an answer without a token has none: a null does not tell an empty column from a hidden one.
Error nothing_revealed(const std::vector<Token>& tokens) {
    for (const auto& token : tokens) {
        if (!token.masked) continue;
        return {
            Errc::column_read_denied,
            masked_message(token),
            token.waits
                ? "somebody who may hand out plaintext, and did not make that token, types: "
                  "rookery token confirm ID; its ID stands in rookery token list"
                : "a column-security profile with canreadunmasked is needed"};
    }
    std::string properties{tokens.front().property};
    if (tokens.size() > 1) properties += fmt::format(" and {}", tokens.back().property);
    return {
        Errc::column_read_denied,
        fmt::format("{}: empty, or hidden from you", properties),
        "if there is a token, a column-security profile with canread and canreadunmasked is "
        "needed"};
}

/// {"access_token":"…","access_token_secret":null}
SecretBytes as_json(const std::vector<Token>& tokens) {
    WipedBuffer text;
    for (const auto& token : tokens) {
        append_text(text, text.empty() ? "{\"" : ",\"");
        append_text(text, token.member);
        append_text(text, "\":");
        token.value.expose([&](ByteView bytes) {
            if (bytes.empty()) return append_text(text, "null");
            append_json_string(text, text_of(bytes));
        });
    }
    append_text(text, "}");
    const auto safe = json_text(std::string_view{text.data(), text.size()});
    return SecretBytes::copy_of(std::string_view{safe.data(), safe.size()});
}

/// What is asked of the record: its tokens, or those of one version.
Result<std::string> what_of(const GetOptions& options, const std::string& select) {
    if (options.version.empty() || options.version == "current")
        return fmt::format("?$select={}&", select);
    const auto& version = options.version;
    const bool number = version.size() < 20 &&
                        std::ranges::all_of(version, [](char c) { return c >= '0' && c <= '9'; });
    if (!number && version != "previous") {
        return fail(
            Errc::usage,
            "--token-version takes a version's number, or the word 'current' or 'previous'"
        );
    }
    return fmt::format(
        "/Microsoft.Dynamics.CRM.rky_RetrieveTokenVersion({})?",
        number ? "Number=" + version : "Label='previous'"
    );
}

Result<Exit> get(const GetOptions& options) {
    if (options.handle.empty() == options.id.empty()) {
        return fail(Errc::usage, "name the handle, or the record with --id, and not both");
    }
    if (stdout_is_terminal() && !options.show) {
        return fail(
            Errc::usage,
            "a token would be shown on the terminal",
            "send the output into a program or a private file, or say --show"
        );
    }
    std::string key;
    if (options.id.empty()) {
        key = fmt::format("msdyn_octwitteruniquehandleid={}", odata_literal(options.handle));
    } else {
        const auto id = Uuid::parse(options.id);
        if (!id) return fail(Errc::usage, "--id must be a GUID");
        key = to_string(*id);
    }
    std::vector<Token> tokens;
    if (options.json || options.column == "access_token") {
        tokens.push_back({"msdyn_useraccesstoken", "access_token"});
    }
    if (options.json || options.column == "access_token_secret") {
        tokens.push_back({"msdyn_useraccesstokensecret", "access_token_secret"});
    }
    std::string select{tokens.front().property};
    if (tokens.size() > 1) select += fmt::format(",{}", tokens.back().property);

    ROOKERY_TRY(const auto what, what_of(options, select));
    ROOKERY_TRY(auto client, connect(options.connection));
    auto reply = client.request(
        "GET", fmt::format("msdyn_octwitterhandlesecrets({}){}UnMaskedData=true", key, what)
    );
    if (!reply) {
        auto error = std::move(reply).error();
        if (exit_code_of(error.code) == Exit::not_found) {
            error.hint =
                "a record that you may not read is reported like one that does not exist; an "
                "administrator can see which it is";
        }
        return fail(std::move(error));
    }
    bool revealed = false;
    for (auto& token : tokens) {
        ROOKERY_CHECK(take(*reply, token));
        revealed = revealed || !token.value.empty();
    }
    if (!revealed) return fail(nothing_revealed(tokens));
    for (const auto& token : tokens) {
        if (token.masked) note(masked_message(token));
    }
    auto out = options.json ? as_json(tokens) : std::move(tokens.front().value);
    if (!options.no_newline) out.append(bytes_of("\n"));
    ROOKERY_CHECK(print_secret(out));
    return Exit::ok;
}

}  // namespace

void add_get(Command app, Action& chosen) {
    auto options = std::make_shared<GetOptions>();
    const auto command = app.add_subcommand(
        "get", "Fetch a token of a handle; the retrieval is on the audit log before it is answered"
    );
    command
        .add_option("handle", options->handle, "Unique handle id (msdyn_octwitteruniquehandleid)")
        .takes(Takes::id);
    command.add_option("--id", options->id, "The record's id instead of the handle")
        .takes(Takes::id);
    command.add_option("--column", options->column, "Which token")
        .one_of({"access_token", "access_token_secret"})
        .capture_default_str();
    command
        .add_option(
            "--token-version",
            options->version,
            "One that was replaced: its number (rookery token-versions) or 'previous'; 'current' "
            "is the one that is in force"
        )
        .takes(Takes::word);
    command.add_flag("--json", options->json, "Both tokens, as one JSON object");
    command.add_flag("--show", options->show, "Show the token although the output is a terminal");
    command.add_flag(
        "--no-newline",
        options->no_newline,
        "End the output with the token itself, without a line end"
    );
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return get(*options); }; });
}

}  // namespace rookery::cli
