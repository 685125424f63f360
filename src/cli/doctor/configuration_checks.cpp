// The configuration, what it names, and the variables of clients.
#include "base/file.hpp"
#include "base/folder.hpp"
#include "cli/config/endpoint.hpp"
#include "cli/doctor/check.hpp"
#include "cli/local/configured_unsealing.hpp"
#include "cli/options/environment.hpp"
#include "cli/options/file_place.hpp"
#include "cli/options/secret_file.hpp"
#include "vault/data_directory.hpp"
#include "vault/request_ways.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace rookery::cli {
namespace {

namespace fs = std::filesystem;

const std::string no_configuration = "no configuration was named (--config FILE)";

Diagnosis look_at_configuration(const Subject& subject) {
    if (subject.config_file.empty()) return left_out(no_configuration);
    if (subject.config_error) return failed_check(*subject.config_error);

    struct stat facts {};

    if (::stat(subject.config_file.c_str(), &facts) != 0) {
        return failed_check(fmt::format("{} is gone", subject.config_file.string()), "try again");
    }
    // Whoever writes it says which key file is read and who may connect.
    const bool ours = facts.st_uid == 0 || facts.st_uid == ::geteuid();
    if (ours && (facts.st_mode & 022U) == 0) {
        return healthy(fmt::format("{} is understood", subject.config_file.string()));
    }
    return failed_check(
        fmt::format(
            "{} {}",
            subject.config_file.string(),
            ours ? "can be written by others" : "belongs to another user"
        ),
        fmt::format("chown root {0} && chmod go-w {0}", subject.config_file.string())
    );
}

Diagnosis look_at_user(const Subject& subject) {
    if (subject.data.empty()) return left_out("no data directory is known");

    struct stat facts {};

    if (::stat(subject.data.c_str(), &facts) != 0) return left_out("there is no data directory");
    if (facts.st_uid != 0) return healthy(fmt::format("the server's user is {}", facts.st_uid));
    return warned(
        "the data directory belongs to root, so the server runs as root",
        "give it a user of its own: docs/operations/install.md"
    );
}

/// The same for each private file: there, and as private as the program will ask.
Diagnosis look_at_private(const fs::path& file) {
    const auto checked = check_private_file(file, PrivateFileKind::handed_over);
    if (checked) return healthy(fmt::format("{} is private", file.string()));
    return failed_check(checked.error());
}

bool is_credential(crypto::SlotOption::Form form) {
    using Form = crypto::SlotOption::Form;
    return form == Form::credential || form == Form::credential_file;
}

/// Of a vault that cannot be looked at as well: another check says so.
bool a_request_can_open(const Subject& subject) {
    if (subject.data.empty()) return true;
    const auto folder = Folder::open_to_read(subject.data);
    if (!folder) return true;
    constexpr std::size_t file_bytes_max = std::size_t{8} << 20;
    const auto text = folder->read("vault", file_bytes_max);
    const auto file = folder->read("slots", file_bytes_max);
    if (!text || !file) return true;
    const auto identity = messages::parse_identity(text_of(*text));
    if (!identity) return true;
    const auto slots = crypto::RootSlots::parse(*file, identity->id);
    const bool has_module = subject.config.unseal.contains("token_module");
    return !slots || messages::opens_by_request(slots->slots(), has_module);
}

Diagnosis look_at_unsealing(const Subject& subject) {
    if (subject.config_file.empty() || subject.config_error) return left_out(no_configuration);
    const auto options = configured_unsealing(subject.config);
    if (!any_given(options) || subject.config.unseal_start == "sealed") {
        if (!a_request_can_open(subject)) {
            return failed_check(
                "the server would start sealed, and nothing that a request can bring opens the "
                "vault",
                "only tokens open it: name their module, unseal.token_module, or add another "
                "way: "
                "`rookery key add-slot --data DATA --new-shares 2/3 --new-shares-to DIR`"
            );
        }
        return warned(
            "the server starts sealed and answers nobody before somebody unseals it",
            "if that is not meant, name what opens the vault under [unseal]"
        );
    }
    for (const auto& one : options.all) {
        if (!one.given()) continue;
        if (is_credential(one.option->form)) {
            return look_at_credential(one.values().front());
        }
        const bool module = one.option->part && one.option->form == crypto::SlotOption::Form::path;
        if (module) continue;  // no secret is in it
        for (const auto& path : one.values()) {
            const auto diagnosis = look_at_private(path);
            if (diagnosis.health != Health::ok) return diagnosis;
        }
    }
    const auto warnings = place_warnings(options, subject.data);
    if (!warnings.empty()) {
        return warned(warnings.front(), "move it to another volume, or use a passphrase");
    }
    return healthy("what opens the vault is private and lies apart from the data");
}

Diagnosis look_at_sync_secret(const Subject& subject) {
    if (subject.config.sync_client_secret_file.empty()) {
        return left_out("no file holds a client secret of the sync");
    }
    return look_at_private(subject.config.sync_client_secret_file);
}

Diagnosis look_at_token_file(const Subject&) {
    const auto file = value_of(Variable::token_file);
    if (!file) return failed_check(file.error());
    if (file->empty()) return left_out("ROOKERY_TOKEN_FILE is not set");
    return look_at_private(*file);
}

/// 0, or the errno of binding to it, which connects nobody.
int try_to_bind(const Endpoint& endpoint) {
    sockaddr_in four{};
    sockaddr_in6 six{};
    const bool is_six = endpoint.address.find(':') != std::string::npos;
    const Descriptor socket(::socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.ok()) return errno;
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (is_six) {
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(endpoint.port);
        ::inet_pton(AF_INET6, endpoint.address.c_str(), &six.sin6_addr);
    } else {
        four.sin_family = AF_INET;
        four.sin_port = htons(endpoint.port);
        ::inet_pton(AF_INET, endpoint.address.c_str(), &four.sin_addr);
    }
    const void* const address = is_six ? static_cast<const void*>(&six) : &four;
    const auto size = static_cast<socklen_t>(is_six ? sizeof six : sizeof four);
    return ::bind(socket.get(), static_cast<const sockaddr*>(address), size) == 0 ? 0 : errno;
}

Diagnosis look_at_address(const Subject& subject) {
    if (subject.config_file.empty() || subject.config_error) return left_out(no_configuration);
    const auto endpoint = parse_endpoint(subject.config.listen);
    if (!endpoint) return failed_check(endpoint.error());
    const int error = try_to_bind(*endpoint);
    if (error == 0) return healthy(fmt::format("{} is free", subject.config.listen));
    if (error == EADDRINUSE && subject.server) {
        return healthy(fmt::format("{} is in use, and a server runs", subject.config.listen));
    }
    const auto found = fmt::format("{}: {}", subject.config.listen, std::strerror(error));
    if (error == EADDRINUSE) {
        return failed_check(
            found, fmt::format("ss -ltnp 'sport = :{}' says who listens there", endpoint->port)
        );
    }
    if (error == EACCES) {
        return failed_check(
            found, "a port from 1024 on, or AmbientCapabilities=CAP_NET_BIND_SERVICE in the unit"
        );
    }
    return failed_check(found, "server.listen must be an address of this machine: ip address");
}

constexpr Check rows[] = {
    {"configuration", look_at_configuration},
    {"user", look_at_user},
    {"unsealing", look_at_unsealing},
    {"sync secret", look_at_sync_secret},
    {"token file", look_at_token_file},
    {"address", look_at_address},
};

}  // namespace

Diagnosis look_at_credential(const std::string& name) {
    const auto folder = value_of(Variable::credentials_directory);
    if (folder && folder->empty()) {
        return left_out(fmt::format(
            "whether systemd hands over the credential {} shows in its unit alone", name
        ));
    }
    const auto file = credential_file(name);
    if (!file) return failed_check(file.error());
    const auto checked = check_private_file(*file, PrivateFileKind::systemd_credential);
    if (!checked) return failed_check(checked.error());
    return healthy(fmt::format("systemd hands over the credential {}", name));
}

std::span<const Check> configuration_checks() { return rows; }

}  // namespace rookery::cli
