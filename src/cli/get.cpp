// rookery get: the token of a handle, for a script. One audited HTTPS call.
#include "base/secret_json.hpp"
#include "cli/commands.hpp"
#include "cli/connection_options.hpp"
#include "cli/console.hpp"
#include "cli/exit_code.hpp"
#include "messages/reply.hpp"

#include <fmt/format.h>

#include <memory>

namespace rookery::cli {
namespace {

struct Options {
    ConnectionOptions connection;
    std::string handle;
    std::string id;
    std::string column = "access_token";
    bool json = false;
    bool show = false;
};

/// The mask itself: what a caller without the right to see gets instead of a token.
bool is_mask(const SecretBytes& value) {
    return value.expose([](ByteView bytes) {
        return constant_time_equal(bytes, bytes_of(messages::mask));
    });
}

Result<SecretBytes> clear_member(const ApiReply& reply, std::string_view property) {
    ROOKERY_TRY(auto value, secret_member(reply.text(), property));
    if (is_mask(value)) {
        return fail(
            Errc::column_read_denied,
            fmt::format("{} is masked: you may read the record but not its tokens", property),
            "a column-security profile with canreadunmasked is needed"
        );
    }
    if (value.empty()) {
        return fail(
            Errc::column_read_denied,
            fmt::format("{} is empty, or hidden from you", property),
            "a column-security profile with canread and canreadunmasked is needed"
        );
    }
    return value;
}

Result<Exit> get(const Options& options) {
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
    constexpr std::string_view token = "msdyn_useraccesstoken";
    constexpr std::string_view token_secret = "msdyn_useraccesstokensecret";
    const bool both = options.json;
    const auto property = options.column == "access_token" ? token : token_secret;
    const auto select = both ? fmt::format("{},{}", token, token_secret) : std::string{property};

    ROOKERY_TRY(auto client, connect(options.connection));
    auto reply = client.request(
        "GET",
        fmt::format("msdyn_octwitterhandlesecrets({})?$select={}&UnMaskedData=true", key, select)
    );
    if (!reply) {
        auto error = std::move(reply).error();
        if (exit_code_of(error.code) == Exit::not_found) {
            error.hint =
                "a record looks absent, too, to whom no team or role lets read it: who owns it?";
        }
        return fail(std::move(error));
    }
    SecretBytes out;
    if (both) {
        ROOKERY_TRY(const auto first, clear_member(*reply, token));
        ROOKERY_TRY(const auto second, clear_member(*reply, token_secret));
        WipedBuffer text;
        append_text(text, "{\"access_token\":");
        first.expose([&](ByteView bytes) { append_json_string(text, text_of(bytes)); });
        append_text(text, ",\"access_token_secret\":");
        second.expose([&](ByteView bytes) { append_json_string(text, text_of(bytes)); });
        append_text(text, "}\n");
        out = SecretBytes::copy_of(std::string_view{text.data(), text.size()});
    } else {
        ROOKERY_TRY(out, clear_member(*reply, property));
        out.append(bytes_of("\n"));
    }
    ROOKERY_CHECK(print_secret(out));
    return Exit::ok;
}

}  // namespace

void add_get(Command app, Action& chosen) {
    auto options = std::make_shared<Options>();
    const auto command = app.add_subcommand(
        "get", "Fetch a token of a handle; the retrieval is on the audit log before it is answered"
    );
    command.add_option(
        "handle", options->handle, "Unique handle id (msdyn_octwitteruniquehandleid)"
    );
    command.add_option("--id", options->id, "The record's id instead of the handle");
    command.add_option("--column", options->column, "Which token")
        .one_of({"access_token", "access_token_secret"})
        .capture_default_str();
    command.add_flag("--json", options->json, "Both tokens, as one JSON object");
    command.add_flag("--show", options->show, "Show the token although the output is a terminal");
    add_connection_options(command, options->connection);
    command.callback([options, &chosen] { chosen = [options] { return get(*options); }; });
}

}  // namespace rookery::cli
