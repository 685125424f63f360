#include "cli/options/environment.hpp"

#include "cli/options/refuse_credential.hpp"

#include <cstdlib>

namespace rookery::cli {
namespace {

constexpr VariableInfo variable_rows[] = {
    {Variable::url, "ROOKERY_URL", Takes::url, "the server, for --url"},
    {Variable::ca, "ROOKERY_CA", Takes::file, "the authority of its certificate, for --ca"},
    {Variable::token_file,
     "ROOKERY_TOKEN_FILE",
     Takes::private_file,
     "the file with your token, for --token-file"},
    {Variable::credentials_directory,
     "CREDENTIALS_DIRECTORY",
     Takes::directory,
     "where systemd puts a unit's credentials"},
    {Variable::runtime_directory,
     "XDG_RUNTIME_DIR",
     Takes::directory,
     "where `rookery dev` makes its directory; /tmp if it is not set"},
};

/// Nobody in this process sets a variable.
const char* variable_of(const char* name) {
    return std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace

std::span<const VariableInfo> variables() { return variable_rows; }

Result<std::string> value_of(Variable variable) {
    const auto& row = variable_rows[static_cast<std::size_t>(variable)];
    const char* value = variable_of(row.name);
    if (value == nullptr) return std::string{};
    ROOKERY_CHECK(refuse_credential(value, row.name, row.takes));
    return std::string{value};
}

std::string_view proxy_variable() {
    for (const auto* const name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
        const char* value = variable_of(name);
        if (value != nullptr && *value != '\0') return name;
    }
    return {};
}

bool terminal_is_dumb() {
    const char* value = variable_of("TERM");
    return value != nullptr && std::string_view{value} == "dumb";
}

}  // namespace rookery::cli
